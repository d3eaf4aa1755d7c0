package dev.argus.protocol;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;

/**
 * How many app nodes are worth keeping while they have nothing to do: the object {@code
 * leader-warm-nodes} in the state bucket, written by the web node that leads and read by nodes
 * without work.
 *
 * @param count the oldest so many, 0 or more
 * @param at when that was decided
 */
public record WarmNodes(int count, Instant at) {
  /** It is written again after this time, also when it has not changed. */
  public static final Duration RENEWAL = Duration.ofSeconds(30);

  /** It says nothing any more after this time: three renewals were missed. */
  private static final Duration VALIDITY = RENEWAL.multipliedBy(3);

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Whether it still holds. */
  public boolean isFresh(Instant now) {
    return at.plus(VALIDITY).isAfter(now);
  }

  public String toJson() {
    return JSON.createObjectNode().put("count", count).put("at", at.toString()).toString();
  }

  /**
   * Reads what {@link #toJson} wrote.
   *
   * @throws MalformedMessageException if it is anything else
   */
  public static WarmNodes fromJson(String text) throws MalformedMessageException {
    try {
      JsonNode json = JSON.readTree(text);
      if (!json.path("count").canConvertToInt()) {
        throw new MalformedMessageException("expected a number of nodes, found " + text);
      }
      return new WarmNodes(json.path("count").asInt(), Instant.parse(json.path("at").asText()));
    } catch (JsonProcessingException | DateTimeParseException e) {
      throw new MalformedMessageException("expected a number of nodes, found " + text, e);
    }
  }
}
