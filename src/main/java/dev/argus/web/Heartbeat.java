package dev.argus.web;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.argus.ports.ObjectStore.StoredObject;
import dev.argus.web.Overtaking.Evidence;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.apache.pekko.util.ByteString;

/**
 * A web node's sign of life: the object {@code web-nodes/<response queue>} in the state bucket.
 *
 * @param owner names the process, so that two that share a response queue notice each other
 * @param at when it was written
 * @param evidence what this web node's answers tell of the head of the request queue
 */
record Heartbeat(String owner, Instant at, Evidence evidence) {
  private static final ObjectMapper JSON = new ObjectMapper();

  StoredObject toObject() {
    ObjectNode json =
        JSON.createObjectNode()
            .put("owner", owner)
            .put("at", at.toString())
            .put("steady", evidence.steady());
    evidence.oldest().ifPresent(oldest -> json.put("oldestAnswered", oldest.toString()));
    return new StoredObject(ByteString.fromString(json.toString()), "application/json", Map.of());
  }

  /** Empty for an object that is no heartbeat. */
  static Optional<Heartbeat> from(StoredObject object) {
    try {
      JsonNode json = JSON.readTree(object.bytes().utf8String());
      Optional<Instant> oldest =
          Optional.ofNullable(json.get("oldestAnswered")).map(node -> Instant.parse(node.asText()));
      return Optional.of(
          new Heartbeat(
              json.path("owner").asText(),
              Instant.parse(json.path("at").asText()),
              new Evidence(json.path("steady").asBoolean(), oldest)));
    } catch (JsonProcessingException | DateTimeException e) {
      return Optional.empty();
    }
  }
}
