package dev.argus.costs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.argus.ports.Fleet;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How long instances ran, as EC2 bills them: by the second, a minute at least.
 *
 * <p>An instance ran from its launch until it was last seen, however long nobody looked in between;
 * so the same account may be kept by one process after the other. EC2 shows a new instance late and
 * may leave one out once: it counts as ended when it has not been seen for {@link #GONE_AFTER}.
 *
 * <p>Bounded by the instances that exist at once. Not thread-safe.
 */
final class InstanceTimes {
  /** What EC2 bills at least; https://aws.amazon.com/ec2/pricing/on-demand/. */
  static final Duration MINIMUM = Duration.ofSeconds(60);

  static final Duration GONE_AFTER = Duration.ofMinutes(5);

  private record Life(InstanceKind kind, Instant launchedAt, Instant seenAt) {
    long seconds() {
      return Math.max(MINIMUM.toSeconds(), Duration.between(launchedAt, seenAt).toSeconds());
    }
  }

  private final Map<InstanceKind, Long> ended = new TreeMap<>();
  private final Map<String, Life> lives = new HashMap<>();

  /** These instances are there now; one that shuts down is not billed any more. */
  void seen(Instant now, List<Fleet.Node> nodes) {
    for (Fleet.Node node : nodes) {
      if (node.state() != Fleet.State.SHUTTING_DOWN) {
        InstanceKind kind = new InstanceKind(node.instanceType(), node.purchase());
        lives.put(node.id(), new Life(kind, node.launchedAt(), now));
      }
    }
    lives
        .values()
        .removeIf(
            life -> {
              boolean gone = life.seenAt().plus(GONE_AFTER).isBefore(now);
              if (gone) {
                ended.merge(life.kind(), life.seconds(), Long::sum);
              }
              return gone;
            });
  }

  /** The seconds so far of all instances of each kind. */
  Map<InstanceKind, Long> seconds() {
    Map<InstanceKind, Long> seconds = new TreeMap<>(ended);
    lives.values().forEach(life -> seconds.merge(life.kind(), life.seconds(), Long::sum));
    return seconds;
  }

  ObjectNode toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    ArrayNode endedJson = json.putArray("ended");
    ended.forEach((kind, seconds) -> put(endedJson.addObject(), kind).put("seconds", seconds));
    ArrayNode livesJson = json.putArray("lives");
    lives.forEach(
        (id, life) ->
            put(livesJson.addObject().put("id", id), life.kind())
                .put("launchedAt", life.launchedAt().toString())
                .put("seenAt", life.seenAt().toString()));
    return json;
  }

  private static ObjectNode put(ObjectNode json, InstanceKind kind) {
    return json.put("type", kind.type()).put("purchase", kind.purchase());
  }

  /**
   * Reads {@link #toJson} back; an absent one is an empty account.
   *
   * @throws java.time.DateTimeException if it is something else
   */
  static InstanceTimes from(JsonNode json) {
    InstanceTimes times = new InstanceTimes();
    for (JsonNode one : json.path("ended")) {
      times.ended.merge(kind(one), one.path("seconds").asLong(), Long::sum);
    }
    for (JsonNode one : json.path("lives")) {
      Life life =
          new Life(
              kind(one),
              Instant.parse(one.path("launchedAt").asText()),
              Instant.parse(one.path("seenAt").asText()));
      times.lives.put(one.path("id").asText(), life);
    }
    return times;
  }

  private static InstanceKind kind(JsonNode json) {
    return new InstanceKind(json.path("type").asText(), json.path("purchase").asText());
  }
}
