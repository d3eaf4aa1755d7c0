package dev.argus.web;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.argus.config.ArgusSettings;
import dev.argus.ports.ObjectStore;
import dev.argus.ports.ObjectStore.Bucket;
import dev.argus.ports.ObjectStore.StoredObject;
import dev.argus.protocol.ObjectKeys;
import dev.argus.protocol.PhotoException;
import dev.argus.protocol.PhotoId;
import dev.argus.protocol.Problem;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.util.ByteString;

/**
 * Which photo each idempotency key stands for: an object in the state bucket, written unless there
 * is one, so that all uploads with one key, on whatever web node, agree on one id.
 *
 * <p>The key decides the id and nothing more: who of them makes the job is decided by the
 * acceptance record, which only one can write. So a key whose first upload died before it was
 * accepted is simply taken up by the next, while its id is young: the {@link Sweep} does not look
 * for photos that are stored under an old one. Later the key's entry has a successor, as it has
 * when it is expired. Everything is in S3, and outlives this process.
 */
final class IdempotencyKeys {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** From an entry to its last successor and the one after; more only if others come between. */
  private static final int MAX_STEPS = 6;

  /** The photo of one upload may be stored by a call, and clocks may differ by as much. */
  private static final int CALLS_UNDER_WAY = 2;

  private final ActorSystem<?> system;
  private final ObjectStore store;
  private final InstantSource clock;
  private final Duration expiry;
  private final Duration storedWithin;
  private final Duration takenUpWithin;

  IdempotencyKeys(
      ActorSystem<?> system, ObjectStore store, ArgusSettings settings, InstantSource clock) {
    this.system = system;
    this.store = store;
    this.clock = clock;
    this.expiry = settings.retention().idempotencyKeys();
    this.storedWithin = settings.web().sweep().storedWithin();
    this.takenUpWithin =
        storedWithin.minus(settings.aws().callTimeout().multipliedBy(CALLS_UNDER_WAY));
  }

  private record Entry(PhotoId id, String sha256) {}

  /** An upload's claim to a key, whose first entry is {@code object}. */
  private record Claim(String object, String sha256) {}

  /**
   * The id that the photo has under this key: a new one, or that of an earlier upload.
   *
   * <p>Fails with {@link PhotoException} if the key stands for another photo, or if an earlier
   * upload may be storing the photo at this moment; and with the store's error if the key cannot be
   * looked at.
   *
   * @param sha256 of the photo, in hex
   */
  CompletionStage<PhotoId> claim(IdempotencyKey key, String sha256) {
    return claim(new Claim(key.objectKey(), sha256), key.objectKey(), MAX_STEPS);
  }

  private CompletionStage<PhotoId> claim(Claim claim, String object, int steps) {
    if (steps == 0) {
      throw new IllegalStateException(object + " changes whenever it is looked at");
    }
    // Made at each step, for its photo must be stored while it is young.
    Entry fresh = new Entry(PhotoId.random(), claim.sha256());
    return store
        .putIfAbsent(Bucket.STATE, object, stored(fresh))
        .thenCompose(
            written ->
                written
                    ? CompletableFuture.completedFuture(fresh.id())
                    : store
                        .get(Bucket.STATE, object)
                        .thenCompose(
                            found ->
                                found.isPresent()
                                    ? earlier(claim, read(object, found.get()), steps)
                                    : claim(claim, object, steps - 1)));
  }

  private CompletionStage<PhotoId> earlier(Claim claim, Entry earlier, int steps) {
    PhotoId id = earlier.id();
    Duration age = Duration.between(id.acceptedAt(), clock.instant());
    if (age.compareTo(expiry) > 0) { // and S3 removes it up to a day late
      return successor(claim, id, steps);
    }
    if (!earlier.sha256().equals(claim.sha256())) {
      throw new PhotoException(
          Problem.Kind.KEY_REUSED.because(
              "The Idempotency-Key was sent with another photo before. Send each photo with a key"
                  + " of its own."));
    }
    if (age.compareTo(takenUpWithin) <= 0) {
      return CompletableFuture.completedFuture(id);
    }
    return store
        .head(Bucket.INPUT, ObjectKeys.photo(id))
        .thenCompose(
            photo -> {
              if (photo.isPresent()) {
                return CompletableFuture.completedFuture(id);
              }
              if (age.compareTo(storedWithin) > 0) {
                return successor(claim, id, steps);
              }
              throw new PhotoException(
                  Problem.Kind.UNAVAILABLE.because(
                      "An earlier upload with this Idempotency-Key may be on its way into the"
                          + " store. Send it again later."));
            });
  }

  /**
   * All who come after an entry that is done with agree on the one after it. Entries follow each
   * other in time, and so do their names; there are few, for each lasts {@link #storedWithin}.
   */
  private CompletionStage<PhotoId> successor(Claim claim, PhotoId id, int steps) {
    String successors = claim.object() + "-after-";
    return store
        .keysAfter(Bucket.STATE, successors)
        .takeWhile(object -> object.startsWith(successors))
        .runWith(
            Sink.fold(successors + id, (last, next) -> next.compareTo(last) > 0 ? next : last),
            system)
        .thenCompose(last -> claim(claim, last, steps - 1));
  }

  private static StoredObject stored(Entry entry) {
    String json =
        JSON.createObjectNode()
            .put("id", entry.id().toString())
            .put("sha256", entry.sha256())
            .toString();
    return new StoredObject(ByteString.fromString(json), "application/json", Map.of());
  }

  private static Entry read(String object, StoredObject stored) {
    try {
      JsonNode json = JSON.readTree(stored.bytes().utf8String());
      return new Entry(
          PhotoId.parse(json.path("id").asText())
              .orElseThrow(() -> new IllegalStateException(object + " names no photo: " + json)),
          json.path("sha256").asText());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(object + " cannot be read", e);
    }
  }
}
