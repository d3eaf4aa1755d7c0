package dev.argus.protocol;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which web node leads the cluster: the object {@code leader} in the state bucket.
 *
 * <p>Web nodes write it one over the other, on condition that it has not changed since they read
 * it. App nodes read in it where to report to, and which release is installed now. No two versions
 * are ever equal, so neither are their ETags.
 *
 * @param generation grows by one or more with each web node that takes the lead
 * @param holder names the process that leads
 * @param responseQueue that process's own, where it hears of app nodes
 * @param release the SHA-256 of the release that its app nodes install, in hex; empty for none, and
 *     in a record that an earlier version of Argus wrote
 * @param renewal grows with each write of one generation
 * @param released whether the holder has stopped in good order, so that another may take over now
 * @param launches those that EC2 may not show yet, one of a number
 */
public record LeaderRecord(
    long generation,
    String holder,
    String responseQueue,
    String release,
    long renewal,
    boolean released,
    List<NotedLaunch> launches) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String EXPECTED = "expected the record of a leader, found ";

  public LeaderRecord {
    launches = List.copyOf(launches);
  }

  public String toJson() {
    ObjectNode json =
        JSON.createObjectNode()
            .put("generation", generation)
            .put("holder", holder)
            .put("responseQueue", responseQueue)
            .put("release", release)
            .put("renewal", renewal)
            .put("released", released);
    ArrayNode array = json.putArray("launches");
    for (NotedLaunch launch : launches) {
      ObjectNode noted =
          array.addObject().put("number", launch.number()).put("clientToken", launch.clientToken());
      launch.acceptedAt().ifPresent(at -> noted.put("acceptedAt", at.toString()));
    }
    return json.toString();
  }

  /**
   * Reads what {@link #toJson} wrote.
   *
   * @throws MalformedMessageException if it is anything else: what was launched is not known then
   */
  public static LeaderRecord fromJson(String text) throws MalformedMessageException {
    try {
      JsonNode json = JSON.readTree(text);
      if (!json.path("generation").canConvertToLong() || !json.path("launches").isArray()) {
        throw new MalformedMessageException(EXPECTED + text);
      }
      List<NotedLaunch> launches = new ArrayList<>();
      for (JsonNode launch : json.path("launches")) {
        String clientToken = launch.path("clientToken").asText();
        if (!launch.path("number").canConvertToInt() || clientToken.isEmpty()) {
          throw new MalformedMessageException(EXPECTED + text);
        }
        Optional<Instant> acceptedAt =
            launch.has("acceptedAt")
                ? Optional.of(Instant.parse(launch.path("acceptedAt").asText()))
                : Optional.empty();
        launches.add(new NotedLaunch(launch.path("number").asInt(), clientToken, acceptedAt));
      }
      return new LeaderRecord(
          json.path("generation").asLong(),
          json.path("holder").asText(),
          json.path("responseQueue").asText(),
          json.path("release").asText(),
          json.path("renewal").asLong(),
          json.path("released").asBoolean(),
          launches);
    } catch (JsonProcessingException | DateTimeParseException e) {
      throw new MalformedMessageException(EXPECTED + text, e);
    }
  }
}
