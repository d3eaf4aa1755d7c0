package dev.argus.batch;

import dev.argus.batch.BatchView.State;
import dev.argus.batch.Manifest.Entry;
import dev.argus.protocol.Problem;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** How far one batch has come, as this web node knows it. */
final class Progress {
  private final Photos photos;
  private final Runnable onCancelled;
  private final InstantSource clock;
  private Manifest manifest; // as it was when it was read last; its photos may be fewer
  private boolean receivesHere;
  private boolean fed;

  /**
   * @param photos those of the manifest are put among them
   * @param onCancelled called when it turns out that it was cancelled
   */
  Progress(Manifest manifest, Photos photos, Runnable onCancelled, InstantSource clock) {
    this.manifest = manifest;
    this.photos = photos;
    this.onCancelled = onCancelled;
    this.clock = clock;
    photos.adopt(manifest.entries().values());
  }

  /** This web node is sent its photos. */
  void receive() {
    receivesHere = true;
    fed = true;
  }

  /** No more photos come here; tells whether they came by the batch's own request. */
  boolean received() {
    boolean ofItsRequest = receivesHere;
    if (receivesHere) {
      manifest = manifest.received();
    }
    receivesHere = false;
    fed = false;
    photos.askedAgain();
    return ofItsRequest;
  }

  /** Takes over what its manifest says now. */
  void take(Manifest now) {
    boolean wasCancelled = manifest.cancelled();
    manifest = now;
    photos.adopt(now.entries().values());
    if (now.cancelled() && !wasCancelled) {
      onCancelled.run();
    }
  }

  /** The photo may be stored: its answer is told here. */
  void enter(Entry photo) {
    photos.put(photo, true);
  }

  /** The photo is not accepted; tells what its entry is then. */
  Entry refuse(Entry photo, Problem why) {
    Entry refused = photo.refused(why);
    photos.put(refused, false);
    return refused;
  }

  /** Whether somebody here enters and settles photos. */
  boolean isFed() {
    return fed;
  }

  boolean isCancelled() {
    return manifest.cancelled();
  }

  /** Whether there is nothing more to tell. */
  boolean isOver() {
    return (isCancelled() || !isReceiving()) && photos.allFinished();
  }

  private boolean isReceiving() {
    return receivesHere || manifest.isReceiving(clock.instant());
  }

  BatchView view() {
    return new BatchView(manifest.id(), state(), photos.all());
  }

  private State state() {
    if (isCancelled()) {
      return State.CANCELLED;
    }
    if (isReceiving()) {
      return State.RECEIVING;
    }
    return photos.allFinished() ? State.FINISHED : State.WORKING;
  }

  /** Why its failed photos cannot be asked for again now; empty if they can. */
  Optional<Problem> noRetry() {
    if (isCancelled()) {
      return Optional.of(
          Problem.Kind.BATCH_CANCELLED.because("Send the photos again in a form of their own."));
    }
    return fed || !isOver()
        ? Optional.of(
            Problem.Kind.BATCH_UNFINISHED.because(
                "Failed photos can be asked for again when all are finished."))
        : Optional.empty();
  }

  /** Its failed photos are asked for again, here, until all are {@link #received}. */
  List<BatchReply.Failed> retry() {
    fed = true;
    return photos.askAgain().stream()
        .map(
            entry ->
                new BatchReply.Failed(entry.index(), entry.name(), entry.source().orElseThrow()))
        .toList();
  }
}
