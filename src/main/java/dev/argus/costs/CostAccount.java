package dev.argus.costs;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.argus.ports.ObjectStore.StoredObject;
import dev.argus.protocol.BilledRequest;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import org.apache.pekko.util.ByteString;

/**
 * An account as it lies in the state bucket: a web node's own, or the fleet's, which the web node
 * that leads keeps.
 *
 * @param before what was used up to now, without the instances
 * @param instances how long instances ran
 */
record CostAccount(Usage before, InstanceTimes instances) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** A new account. */
  static CostAccount since(Instant now) {
    return new CostAccount(Usage.none(now), new InstanceTimes());
  }

  Usage usage() {
    return before.with(instances.seconds());
  }

  StoredObject toObject() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("since", before.since().toString()).put("photos", before.photos());
    ObjectNode requests = json.putObject("requests");
    before.requests().forEach((kind, count) -> requests.put(kind.name(), count));
    json.set("instances", instances.toJson());
    return new StoredObject(ByteString.fromString(json.toString()), "application/json", Map.of());
  }

  /**
   * Reads {@link #toObject} back; requests that this version does not know are left out.
   *
   * @throws IllegalStateException if it is something else
   */
  static CostAccount from(StoredObject object) {
    String text = object.bytes().utf8String();
    try {
      JsonNode json = JSON.readTree(text);
      Map<BilledRequest, Long> requests = new EnumMap<>(BilledRequest.class);
      for (BilledRequest kind : BilledRequest.values()) {
        requests.put(kind, json.path("requests").path(kind.name()).asLong(0));
      }
      return new CostAccount(
          new Usage(
              Instant.parse(json.path("since").asText()),
              requests,
              json.path("photos").asLong(),
              Map.of()),
          InstanceTimes.from(json.path("instances")));
    } catch (JsonProcessingException | DateTimeException e) {
      throw new IllegalStateException(
          "an account of costs that cannot be read; remove the object to begin a new one: " + e, e);
    }
  }
}
