package dev.argus.web;

import dev.argus.ports.ObjectStore;
import dev.argus.ports.ObjectStore.Bucket;
import dev.argus.protocol.Codec;
import dev.argus.protocol.MalformedMessageException;
import dev.argus.protocol.ObjectKeys;
import dev.argus.protocol.PhotoId;
import dev.argus.protocol.Problem;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/**
 * Finds what is known of a photo, from S3 alone: its result, or its acceptance record, or nothing.
 *
 * <p>So any web node can answer for any photo, and after any restart.
 */
final class ResultLookup {
  private final ObjectStore store;
  private final Duration kept;

  /**
   * @param kept how long results are kept, to tell whoever comes later
   */
  ResultLookup(ObjectStore store, Duration kept) {
    this.store = store;
    this.kept = kept;
  }

  /** Answered, pending, or refused with "not found". Fails when S3 does. */
  CompletionStage<Outcome> find(PhotoId id) {
    return answer(id)
        .thenCompose(
            answer ->
                answer.isPresent()
                    ? CompletableFuture.completedFuture(answer.get())
                    : findPending(id));
  }

  /** The answer, if there is one; asks half as much of S3 about a photo that is known. */
  CompletionStage<Optional<Outcome>> answer(PhotoId id) {
    return store
        .get(Bucket.OUTPUT, ObjectKeys.result(id))
        .thenApply(result -> result.map(this::answered));
  }

  private Outcome answered(ObjectStore.StoredObject result) {
    try {
      return new Outcome.Answered(Codec.replyFromJson(result.bytes().utf8String()));
    } catch (MalformedMessageException e) {
      throw new CompletionException(e);
    }
  }

  private CompletionStage<Outcome> findPending(PhotoId id) {
    return store
        .head(Bucket.INPUT, ObjectKeys.photo(id))
        .thenApply(
            photo ->
                photo
                    .<Outcome>map(
                        info -> new Outcome.Pending(id, InputObject.name(info.metadata())))
                    .orElseGet(
                        () -> new Outcome.Refused(Problem.Kind.NOT_FOUND.because(unknown(id)))));
  }

  private String unknown(PhotoId id) {
    return "No photo with the id "
        + id
        + " was accepted here, or its time is over: results are kept for "
        + (kept.toDays() > 0 ? kept.toDays() + " days." : kept.toSeconds() + " s.");
  }
}
