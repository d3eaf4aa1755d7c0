package dev.argus.web;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.argus.config.RetentionSettings;
import dev.argus.ports.ObjectStore;
import dev.argus.ports.ObjectStore.Bucket;
import dev.argus.ports.ObjectStore.StoredObject;
import dev.argus.protocol.PhotoException;
import dev.argus.protocol.PhotoId;
import dev.argus.protocol.Problem;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.util.ByteString;

/**
 * Which photo each idempotency key stands for: an object in the state bucket, written unless there
 * is one, so that all uploads with one key, on whatever web node, agree on one id.
 *
 * <p>The key decides the id and nothing more: who of them makes the job is decided by the
 * acceptance record, which only one can write. So a key whose first upload died before it was
 * accepted is simply taken up by the next. Everything is in S3, and outlives this process.
 */
final class IdempotencyKeys {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** A key that expires between two looks is looked at so often. */
  private static final int MAX_LOOKS = 3;

  private final ObjectStore store;
  private final RetentionSettings retention;
  private final InstantSource clock;

  IdempotencyKeys(ObjectStore store, RetentionSettings retention, InstantSource clock) {
    this.store = store;
    this.retention = retention;
    this.clock = clock;
  }

  private record Entry(PhotoId id, String sha256) {}

  /**
   * The id that the photo has under this key: a new one, or that of an earlier upload.
   *
   * <p>Fails with {@link PhotoException} if the key stands for another photo, and with the store's
   * error if it cannot be looked at.
   *
   * @param sha256 of the photo, in hex
   */
  CompletionStage<PhotoId> claim(IdempotencyKey key, String sha256) {
    Entry fresh = new Entry(PhotoId.random(), sha256);
    return claim(key.objectKey(), fresh, MAX_LOOKS);
  }

  private CompletionStage<PhotoId> claim(String object, Entry fresh, int looks) {
    return store
        .putIfAbsent(Bucket.STATE, object, stored(fresh))
        .thenCompose(
            written ->
                written
                    ? CompletableFuture.completedFuture(fresh.id())
                    : store
                        .get(Bucket.STATE, object)
                        .thenCompose(
                            found -> {
                              if (found.isPresent()) {
                                return earlier(object, read(object, found.get()), fresh);
                              }
                              if (looks > 1) {
                                return claim(object, fresh, looks - 1);
                              }
                              throw new IllegalStateException(object + " comes and goes");
                            }));
  }

  private CompletionStage<PhotoId> earlier(String object, Entry earlier, Entry fresh) {
    if (earlier.id().acceptedAt().plus(retention.idempotencyKeys()).isBefore(clock.instant())) {
      // S3 removes expired keys up to a day late: all who come meanwhile agree on its successor.
      return claim(object + "-after-" + earlier.id(), fresh, MAX_LOOKS);
    }
    if (!earlier.sha256().equals(fresh.sha256())) {
      throw new PhotoException(
          Problem.Kind.KEY_REUSED.because(
              "The Idempotency-Key was sent with another photo before. Send each photo with a key"
                  + " of its own."));
    }
    return CompletableFuture.completedFuture(earlier.id());
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
