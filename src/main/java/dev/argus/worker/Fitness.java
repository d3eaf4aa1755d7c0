package dev.argus.worker;

import dev.argus.protocol.PhotoId;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Whether this node can still work.
 *
 * <p>It cannot after a fatal failure, and not when so many different photos in a row failed for no
 * reason of their own, with none served in between: then it is the node. Once broken it stays so.
 * Thread-safe.
 */
final class Fitness {
  private final int maxFailuresInARow;
  private final Consumer<String> onBroken;
  private final Set<PhotoId> failedInARow = new HashSet<>();
  private boolean broken;

  /**
   * @param onBroken told once why, for people
   */
  Fitness(int maxFailuresInARow, Consumer<String> onBroken) {
    this.maxFailuresInARow = maxFailuresInARow;
    this.onBroken = onBroken;
  }

  /** The network has judged a photo: the node works. */
  synchronized void served() {
    failedInARow.clear();
  }

  /** A photo could not be judged, and the failure is not the photo's. */
  void failed(PhotoId photo, Failure failure) {
    if (failure instanceof Failure.Fatal fatal) {
      broken(fatal.why());
    } else if (failure instanceof Failure.Transient transientFailure && isOneTooMany(photo)) {
      broken(
          "%d photos in a row could not be recognised, the last because of %s"
              .formatted(maxFailuresInARow, transientFailure.cause()));
    }
  }

  private synchronized boolean isOneTooMany(PhotoId photo) {
    failedInARow.add(photo);
    return failedInARow.size() >= maxFailuresInARow;
  }

  /** The node is of no use any more. */
  void broken(String why) {
    synchronized (this) {
      if (broken) {
        return;
      }
      broken = true;
    }
    onBroken.accept(why);
  }

  synchronized boolean isBroken() {
    return broken;
  }
}
