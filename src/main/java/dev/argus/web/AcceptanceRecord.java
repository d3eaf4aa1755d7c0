package dev.argus.web;

import dev.argus.ports.Completions;
import dev.argus.ports.NotWrittenException;
import dev.argus.ports.ObjectStore;
import dev.argus.ports.ObjectStore.Bucket;
import dev.argus.ports.ObjectStore.ObjectInfo;
import dev.argus.protocol.ObjectKeys;
import dev.argus.protocol.PhotoId;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes a photo into the input bucket unless one of its id is there, and finds out what became of
 * that.
 *
 * <p>A write whose answer was lost, or came too late, may have been done, or may still be. So one
 * that fails without a refusal is looked for: who finds its object was accepted. Who does not find
 * it knows nothing, for it may come yet, and looks {@link #again}.
 *
 * <p>Of one upload.
 */
final class AcceptanceRecord {
  private static final Logger LOG = LoggerFactory.getLogger(AcceptanceRecord.class);

  /** What became of it. */
  enum State {
    /** This upload has written it: an answer is owed, and this upload asks for it. */
    WRITTEN,
    /** Another upload had written it before. */
    PRESENT,
    /** Nothing was written, nor will be. */
    REFUSED,
    /** It may be there, or come there: if nobody else finds it then, a {@link Sweep} does. */
    UNKNOWN
  }

  private final ObjectStore store;
  private final PhotoId id;
  private final Duration look;
  private final UUID upload = UUID.randomUUID();

  /**
   * @param look what one look for a lost write may take at most
   */
  AcceptanceRecord(ObjectStore store, PhotoId id, Duration look) {
    this.store = store;
    this.id = id;
    this.look = look;
  }

  /** Writes it. Never fails. */
  CompletionStage<State> write(Photo photo) {
    return store
        .putIfAbsent(Bucket.INPUT, ObjectKeys.photo(id), InputObject.of(photo, upload))
        .thenApply(written -> written ? State.WRITTEN : State.PRESENT)
        .exceptionallyCompose(failure -> failed(Completions.cause(failure)));
  }

  private CompletionStage<State> failed(Throwable failure) {
    if (failure instanceof NotWrittenException) {
      LOG.warn("{} was not accepted: {}", id, failure.toString());
      return CompletableFuture.completedFuture(State.REFUSED);
    }
    return again()
        .thenApply(
            state -> {
              LOG.warn("{} is {} after a put that failed: {}", id, state, failure.toString());
              return state;
            });
  }

  /** Looks whether a write of unknown outcome is there by now. Never fails. */
  CompletionStage<State> again() {
    return Completions.attempt(() -> store.head(Bucket.INPUT, ObjectKeys.photo(id)))
        .toCompletableFuture()
        .orTimeout(look.toMillis(), TimeUnit.MILLISECONDS)
        .handle((found, unseen) -> unseen == null ? judge(found) : State.UNKNOWN);
  }

  private State judge(Optional<ObjectInfo> found) {
    return found
        .map(object -> InputObject.isOf(upload, object.metadata()) ? State.WRITTEN : State.PRESENT)
        .orElse(State.UNKNOWN);
  }
}
