package dev.argus.web;

import dev.argus.ports.MessageQueue;
import dev.argus.ports.ObjectStore;
import dev.argus.ports.ObjectStore.Bucket;
import dev.argus.ports.ObjectStore.ObjectInfo;
import dev.argus.protocol.ClassifyRequest;
import dev.argus.protocol.Codec;
import dev.argus.protocol.ObjectKeys;
import dev.argus.protocol.PhotoId;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends a stored photo once more, with a new deadline: as a claim check on the input bucket. */
final class Resend {
  private static final Logger LOG = LoggerFactory.getLogger(Resend.class);

  /** What became of one photo. */
  enum Outcome {
    SENT,
    ANSWERED,
    PHOTO_GONE,
    FAILED
  }

  private final ObjectStore store;
  private final MessageQueue requests;
  private final Duration deadline;
  private final InstantSource clock;

  Resend(ObjectStore store, MessageQueue requests, Duration deadline, InstantSource clock) {
    this.store = store;
    this.requests = requests;
    this.deadline = deadline;
    this.clock = clock;
  }

  /** The stored photo; empty if it is not stored any more. */
  CompletionStage<Optional<ObjectInfo>> find(PhotoId id) {
    return store.head(Bucket.INPUT, ObjectKeys.photo(id));
  }

  /** Sends a photo unless there is a result of it now, or the photo is gone. Never fails. */
  CompletionStage<Outcome> unlessAnswered(PhotoId id, String replyQueue) {
    return store
        .head(Bucket.OUTPUT, ObjectKeys.result(id))
        .thenCompose(
            result ->
                result.isPresent()
                    ? CompletableFuture.completedFuture(Outcome.ANSWERED)
                    : ifStored(id, replyQueue))
        .exceptionally(
            failure -> {
              LOG.warn("{} is not sent again now: {}", id, failure.toString());
              return Outcome.FAILED;
            });
  }

  private CompletionStage<Outcome> ifStored(PhotoId id, String replyQueue) {
    return find(id)
        .thenCompose(
            photo ->
                photo.isEmpty()
                    ? CompletableFuture.completedFuture(Outcome.PHOTO_GONE)
                    : send(id, photo.get(), replyQueue).thenApply(done -> Outcome.SENT));
  }

  /** Sends a photo that {@link #find} has found. */
  CompletionStage<Done> send(PhotoId id, ObjectInfo photo, String replyQueue) {
    return requests.send(
        Codec.encode(
            new ClassifyRequest(
                id,
                InputObject.name(photo.metadata()),
                photo.contentType(),
                replyQueue,
                clock.instant().plus(deadline),
                Optional.empty(),
                new ClassifyRequest.ClaimCheck(ObjectKeys.photo(id)))));
  }
}
