package dev.argus.web;

import dev.argus.ports.ObjectStore;
import dev.argus.ports.ObjectStore.Bucket;
import dev.argus.protocol.Codec;
import dev.argus.protocol.MalformedMessageException;
import dev.argus.protocol.ObjectKeys;
import dev.argus.protocol.PhotoId;
import dev.argus.protocol.Problem;
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

  ResultLookup(ObjectStore store) {
    this.store = store;
  }

  /** Answered, pending, or refused with "not found". Fails when S3 does. */
  CompletionStage<Outcome> find(PhotoId id) {
    return store
        .get(Bucket.OUTPUT, ObjectKeys.result(id))
        .thenCompose(
            result ->
                result.isPresent()
                    ? CompletableFuture.completedFuture(answered(result.get()))
                    : findPending(id));
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
                        () ->
                            new Outcome.Refused(
                                Problem.Kind.NOT_FOUND.because(
                                    "No photo with the id " + id + " was accepted here."))));
  }
}
