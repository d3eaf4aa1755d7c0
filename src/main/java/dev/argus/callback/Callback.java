package dev.argus.callback;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.argus.ports.ObjectStore.StoredObject;
import java.net.URI;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.apache.pekko.util.ByteString;

/**
 * A webhook that is owed: an object in the state bucket until it is delivered or given up.
 *
 * @param attempts deliveries begun so far
 * @param due when it may be delivered next; while one is under way, when that is over at the latest
 */
record Callback(Subject subject, URI url, Instant created, int attempts, Instant due) {
  private static final ObjectMapper JSON = new ObjectMapper();

  Callback tried(Instant next) {
    return new Callback(subject, url, created, attempts + 1, next);
  }

  Callback dueAt(Instant next) {
    return new Callback(subject, url, created, attempts, next);
  }

  StoredObject toObject() {
    String json =
        JSON.createObjectNode()
            .put("kind", subject.kind().name())
            .put("id", subject.id())
            .put("url", url.toString())
            .put("created", created.toString())
            .put("attempts", attempts)
            .put("due", due.toString())
            .toString();
    return new StoredObject(ByteString.fromString(json), "application/json", Map.of());
  }

  /** Empty for an object that is no callback. */
  static Optional<Callback> from(StoredObject object) {
    try {
      JsonNode json = JSON.readTree(object.bytes().utf8String());
      return Optional.of(
          new Callback(
              new Subject(
                  Subject.Kind.valueOf(json.path("kind").asText()), json.path("id").asText()),
              URI.create(json.path("url").asText()),
              Instant.parse(json.path("created").asText()),
              json.path("attempts").asInt(),
              Instant.parse(json.path("due").asText())));
    } catch (JsonProcessingException | DateTimeException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
