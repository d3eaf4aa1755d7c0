package dev.argus.web;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.apache.pekko.http.javadsl.model.ContentType;
import org.apache.pekko.http.javadsl.model.HttpCharsets;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.MediaRange;
import org.apache.pekko.http.javadsl.model.MediaType;
import org.apache.pekko.http.javadsl.model.MediaTypes;
import org.apache.pekko.http.javadsl.model.headers.Accept;
import org.apache.pekko.util.ByteString;

/** How a client is told of photos one by one, as each is done. */
enum StreamForm {
  /** A line of JSON for each; an empty line as a sign of life. */
  NDJSON(
      MediaTypes.customWithFixedCharset(
              "application", "x-ndjson", HttpCharsets.UTF_8, Map.of(), false)
          .toContentType(),
      "\n"),
  /** Server-sent events (HTML standard, section 9.2); a comment as a sign of life. */
  SSE(MediaTypes.TEXT_EVENT_STREAM.toContentType(), ": heartbeat\n\n");

  private final ContentType contentType;
  private final ByteString heartbeat;

  StreamForm(ContentType contentType, String heartbeat) {
    this.contentType = contentType;
    this.heartbeat = ByteString.fromString(heartbeat);
  }

  /**
   * The form that the client names in {@code Accept} and likes best; empty if it names none, or
   * likes JSON better. Of two that it likes alike it gets the first, and that before JSON.
   */
  static Optional<StreamForm> of(HttpRequest request) {
    Optional<StreamForm> best = Optional.empty();
    float liked = 0;
    float json = 0;
    for (var header : request.getHeaders()) {
      if (header instanceof Accept accept) {
        for (MediaRange range : accept.getMediaRanges()) {
          Optional<StreamForm> named = named(range);
          if (named.isPresent() && range.qValue() > liked) {
            best = named;
            liked = range.qValue();
          }
          if (range.matches(MediaTypes.APPLICATION_JSON)) {
            json = Math.max(json, range.qValue());
          }
        }
      }
    }
    return liked < json ? Optional.empty() : best;
  }

  private static Optional<StreamForm> named(MediaRange range) {
    return Arrays.stream(values()).filter(form -> form.isNamed(range)).findFirst();
  }

  private boolean isNamed(MediaRange range) {
    MediaType type = contentType.mediaType();
    // What takes anything takes JSON, which is what it is given.
    return range.matches(type)
        && !range.matches(MediaTypes.APPLICATION_JSON)
        && !range.matches(MediaTypes.TEXT_PLAIN);
  }

  ContentType contentType() {
    return contentType;
  }

  ByteString heartbeat() {
    return heartbeat;
  }

  /** Whether a client can tell by the last words that it has heard of all photos. */
  boolean tellsOfTheEnd() {
    return this == SSE;
  }

  /**
   * One photo.
   *
   * @param told the photos that the client knows with this one, as an event's id
   */
  ByteString photo(JsonNode json, String told) {
    return ByteString.fromString(
        this == NDJSON ? json + "\n" : "event: photo\nid: " + told + "\ndata: " + json + "\n\n");
  }

  /** That there is nothing more; lines end without a word. */
  ByteString end(JsonNode counts) {
    return ByteString.fromString(this == NDJSON ? "" : "event: end\ndata: " + counts + "\n\n");
  }
}
