package dev.argus.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.argus.protocol.PhotoId;
import java.time.Duration;
import java.util.Optional;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.Date;
import org.apache.pekko.http.javadsl.model.headers.RetryAfter;

/**
 * A whole response, as far as it matters.
 *
 * @param retryAfter when to come again
 * @param location the id of the photo that {@code Location} names
 * @param json the body; a missing node if it is no JSON
 */
record Reply(int status, Optional<Duration> retryAfter, Optional<PhotoId> location, JsonNode json) {
  private static final ObjectMapper JSON = new ObjectMapper();

  static Reply of(HttpResponse response, String body) {
    return new Reply(
        response.status().intValue(),
        response.getHeader(RetryAfter.class).flatMap(header -> delay(header, response)),
        response
            .getHeader("location")
            .map(header -> header.value().replaceFirst("[?#].*$", ""))
            .flatMap(path -> PhotoId.parse(path.substring(path.lastIndexOf('/') + 1))),
        parse(body));
  }

  private static JsonNode parse(String body) {
    try {
      return JSON.readTree(body);
    } catch (JsonProcessingException e) {
      return MissingNode.getInstance();
    }
  }

  /**
   * Seconds, or a date, which is taken by the server's own clock. Pekko also reads {@code
   * Retry-After: 0} as a date, one long past.
   */
  private static Optional<Duration> delay(RetryAfter retryAfter, HttpResponse response) {
    if (retryAfter.getDelaySeconds().isPresent()) {
      return retryAfter.getDelaySeconds().map(Duration::ofSeconds);
    }
    return retryAfter
        .getDateTime()
        .flatMap(
            then ->
                response
                    .getHeader(Date.class)
                    .map(now -> Math.max(0, then.clicks() - now.date().clicks())))
        .map(Duration::ofMillis);
  }
}
