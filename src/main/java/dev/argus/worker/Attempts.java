package dev.argus.worker;

import dev.argus.config.WorkerSettings;
import dev.argus.ports.Delivery;
import dev.argus.ports.ObjectStore;
import dev.argus.ports.ObjectStore.Bucket;
import dev.argus.ports.ObjectStore.StoredObject;
import dev.argus.protocol.ObjectKeys;
import dev.argus.protocol.PhotoId;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.apache.pekko.util.ByteString;

/**
 * Counts in S3 how often a suspect was worked on alone.
 *
 * <p>The queue's own receive count cannot tell a photo that kills its node from one that was held
 * by nodes which died of something else, were drained, or could not reach S3. Only an attempt that
 * begins here, with nothing else at work, counts against the photo. With the defaults a photo has
 * its first two receives in company and the third, fourth and fifth alone.
 *
 * <p>A photo that was given up keeps its count until an operator sends it again, so that a late
 * duplicate of its message, once redelivered, takes no more nodes with it.
 */
final class Attempts {
  private final ObjectStore store;
  private final int aloneFromReceive;
  private final int maxAttempts;

  Attempts(ObjectStore store, WorkerSettings settings) {
    this.store = store;
    this.aloneFromReceive = settings.aloneFromReceive();
    this.maxAttempts = settings.maxReceives() - settings.aloneFromReceive() + 1;
  }

  /**
   * Counts one more attempt; false if the photo has had all of its attempts. Of one receive only
   * one is counted, however often this is called: a write whose answer was lost has counted
   * already.
   */
  CompletionStage<Boolean> begin(PhotoId id, Delivery delivery) {
    return store
        .get(Bucket.STATE, ObjectKeys.attempts(id))
        .thenCompose(
            found -> {
              if (found.filter(latest -> isOf(delivery, latest)).isPresent()) {
                return CompletableFuture.completedFuture(true);
              }
              int made = found.map(Attempts::count).orElse(0);
              if (areUsedUp(made)) {
                return CompletableFuture.completedFuture(false);
              }
              return store
                  .put(
                      Bucket.STATE,
                      ObjectKeys.attempts(id),
                      record((made + 1) + " " + delivery.receipt()))
                  .thenApply(done -> true);
            });
  }

  /** Whether a photo has had all of its attempts. */
  CompletionStage<Boolean> areUsedUp(PhotoId id) {
    return store
        .get(Bucket.STATE, ObjectKeys.attempts(id))
        .thenApply(found -> areUsedUp(found.map(Attempts::count).orElse(0)));
  }

  private boolean areUsedUp(int made) {
    return made >= maxAttempts;
  }

  /** Whether a photo has been received so often that its node might have died of it. */
  boolean isSuspect(Delivery delivery) {
    return delivery.receiveCount() >= aloneFromReceive;
  }

  /** The latest attempt does not count: nobody looked at the photo. */
  CompletionStage<Done> takeBack(PhotoId id) {
    return store
        .get(Bucket.STATE, ObjectKeys.attempts(id))
        .thenCompose(
            found -> {
              int made = found.map(Attempts::count).orElse(0);
              return made > 1
                  ? store.put(
                      Bucket.STATE, ObjectKeys.attempts(id), record(Integer.toString(made - 1)))
                  : end(id);
            });
  }

  /** How many attempts alone a photo has. */
  int max() {
    return maxAttempts;
  }

  /** The photo did no harm: forget its attempts. */
  CompletionStage<Done> end(PhotoId id) {
    return store.delete(Bucket.STATE, ObjectKeys.attempts(id));
  }

  /** How many attempts, and the receipt of the latest. */
  private static StoredObject record(String attempts) {
    return new StoredObject(ByteString.fromString(attempts), "text/plain", Map.of());
  }

  private static boolean isOf(Delivery delivery, StoredObject latest) {
    return latest.bytes().utf8String().endsWith(" " + delivery.receipt());
  }

  private static int count(StoredObject object) {
    try {
      return Integer.parseInt(object.bytes().utf8String().split(" ", 2)[0]);
    } catch (NumberFormatException e) {
      return 0; // not ours; counting starts again
    }
  }
}
