package dev.argus.web;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.argus.ports.ObjectStore;
import dev.argus.ports.ObjectStore.Bucket;
import dev.argus.ports.ObjectStore.StoredObject;
import dev.argus.protocol.ObjectKeys;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.apache.pekko.util.ByteString;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How far the {@link Sweep} has come: an object in the state bucket, which outlives the process.
 */
final class SweepProgress {
  private static final Logger LOG = LoggerFactory.getLogger(SweepProgress.class);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String FIELD = "settledBefore";

  private final ObjectStore store;

  SweepProgress(ObjectStore store) {
    this.store = store;
  }

  /**
   * Every photo accepted before this is settled. Empty if that was never told, or what was cannot
   * be read; fails with the store's error.
   */
  CompletionStage<Optional<Instant>> load() {
    return store
        .get(Bucket.STATE, ObjectKeys.SWEEP)
        .thenApply(found -> found.flatMap(SweepProgress::read));
  }

  CompletionStage<Done> save(Instant settledBefore) {
    String json = JSON.createObjectNode().put(FIELD, settledBefore.toString()).toString();
    return store.put(
        Bucket.STATE,
        ObjectKeys.SWEEP,
        new StoredObject(ByteString.fromString(json), "application/json", Map.of()));
  }

  private static Optional<Instant> read(StoredObject object) {
    String text = object.bytes().utf8String();
    try {
      return Optional.of(Instant.parse(JSON.readTree(text).path(FIELD).asText()));
    } catch (JsonProcessingException | DateTimeException e) {
      LOG.warn("the state object {} says nothing: {}", ObjectKeys.SWEEP, text);
      return Optional.empty();
    }
  }
}
