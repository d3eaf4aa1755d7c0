package dev.argus.batch;

import dev.argus.ports.Completions;
import dev.argus.ports.ObjectStore;
import dev.argus.ports.ObjectStore.Bucket;
import dev.argus.protocol.ClassifyReply;
import dev.argus.protocol.Codec;
import dev.argus.protocol.MalformedMessageException;
import dev.argus.protocol.ObjectKeys;
import dev.argus.protocol.PhotoId;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks in S3 for the answers of photos, a few at once. */
final class PhotoFinder {
  private static final Logger LOG = LoggerFactory.getLogger(PhotoFinder.class);
  private static final int PARALLELISM = 8;

  private final ActorSystem<?> system;
  private final ObjectStore store;
  private final Duration storedWithin;
  private final InstantSource clock;

  /**
   * @param storedWithin no photo is stored under an id older than this
   */
  PhotoFinder(
      ActorSystem<?> system, ObjectStore store, Duration storedWithin, InstantSource clock) {
    this.system = system;
    this.store = store;
    this.storedWithin = storedWithin;
    this.clock = clock;
  }

  /** What was found of one photo. */
  sealed interface Found {}

  record Answered(ClassifyReply reply) implements Found {}

  /** It is accepted, and has no answer yet. */
  record Stored(PhotoId id) implements Found {}

  /** It was never accepted, nor will be under this id; or its time is over. */
  record Missing(PhotoId id) implements Found {}

  /** What is known of these photos now; those of which nothing is known are left out. */
  CompletionStage<List<Found>> find(List<Photos.Sought> photos) {
    return Source.from(photos)
        .mapAsyncUnordered(PARALLELISM, this::find)
        .mapConcat(found -> found.<List<Found>>map(List::of).orElse(List.of()))
        .runWith(Sink.seq(), system);
  }

  private CompletionStage<Optional<Found>> find(Photos.Sought photo) {
    return store
        .get(Bucket.OUTPUT, ObjectKeys.result(photo.id()))
        .thenCompose(
            result ->
                result.isPresent()
                    ? CompletableFuture.completedFuture(
                        Optional.<Found>of(new Answered(reply(result.get()))))
                    : ifStored(photo))
        .exceptionally(
            failure -> {
              LOG.warn(
                  "the result of {} cannot be looked up: {}",
                  photo.id(),
                  Completions.cause(failure).toString());
              return Optional.empty();
            });
  }

  private static ClassifyReply reply(ObjectStore.StoredObject result) {
    try {
      return Codec.replyFromJson(result.bytes().utf8String());
    } catch (MalformedMessageException e) {
      throw new CompletionException(e);
    }
  }

  private CompletionStage<Optional<Found>> ifStored(Photos.Sought photo) {
    Duration age = Duration.between(photo.id().acceptedAt(), clock.instant());
    if (photo.stored() || age.compareTo(storedWithin) <= 0) {
      return CompletableFuture.completedFuture(Optional.empty()); // it may be on its way there
    }
    return store
        .head(Bucket.INPUT, ObjectKeys.photo(photo.id()))
        .thenApply(
            there ->
                Optional.of(there.isPresent() ? new Stored(photo.id()) : new Missing(photo.id())));
  }
}
