package dev.argus.story;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.argus.protocol.PhotoId;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads lines of Argus's log (see {@code logback.xml}), text or JSON, bare or as the journal ships
 * them: with a head of its own before them, or within JSON of its own.
 *
 * <p>A line is about the first photo that it names. Only what comes after that may be text from
 * outside, such as a file name, and a file may well be named after another photo.
 */
final class LogLine {
  private static final Pattern LINE =
      Pattern.compile(
          "(\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}(?:Z|[+-]\\d\\d:\\d\\d)) +"
              + "(?:TRACE|DEBUG|INFO|WARN|ERROR) +(\\S+) +(.*)");
  private static final Pattern ID =
      Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}");
  private static final List<String> MESSAGE_FIELDS = List.of("MESSAGE", "message", "log");
  private static final String OUR_MESSAGE = "formattedMessage";
  private static final ObjectMapper JSON = new ObjectMapper();

  private LogLine() {}

  /**
   * What a line says of a photo; empty if it is about something else.
   *
   * @param node whose log it is
   * @param otherwise when it was logged, if it does not say so itself
   */
  static Optional<StoryEvent> read(
      String text, PhotoId id, String node, Optional<Instant> otherwise) {
    String line = message(text);
    int brace = line.indexOf('{');
    Matcher matcher = LINE.matcher(line);
    // What comes first says what the line is: JSON within a text may be from outside.
    if (matcher.find() && (brace < 0 || matcher.start() < brace)) {
      return event(matcher.group(3), id, node, time(matcher.group(1)).or(() -> otherwise));
    }
    return (brace < 0 ? Optional.<JsonNode>empty() : json(line.substring(brace)))
        .filter(json -> json.path(OUR_MESSAGE).isTextual())
        .map(
            json ->
                event(json.path(OUR_MESSAGE).textValue(), id, node, time(json).or(() -> otherwise)))
        .orElseGet(() -> event(line, id, node, otherwise));
  }

  private static Optional<StoryEvent> event(
      String what, PhotoId id, String node, Optional<Instant> at) {
    Matcher first = ID.matcher(what);
    return first.find() && first.group().equals(id.toString())
        ? Optional.of(new StoryEvent(at, node, withoutId(what, id)))
        : Optional.empty();
  }

  private static String withoutId(String what, PhotoId id) {
    String head = id + " ";
    return what.startsWith(head) ? what.substring(head.length()) : what;
  }

  private static String message(String text) {
    return Optional.of(text).filter(line -> line.startsWith("{")).flatMap(LogLine::json).stream()
        .flatMap(json -> MESSAGE_FIELDS.stream().map(json::path))
        .filter(JsonNode::isTextual)
        .map(JsonNode::textValue)
        .findFirst()
        .orElse(text);
  }

  private static Optional<JsonNode> json(String text) {
    try {
      return Optional.of(JSON.readTree(text));
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  private static Optional<Instant> time(JsonNode line) {
    JsonNode millis = line.path("timestamp");
    return millis.canConvertToLong() && millis.isNumber()
        ? Optional.of(Instant.ofEpochMilli(millis.longValue()))
        : Optional.empty();
  }

  private static Optional<Instant> time(String text) {
    try {
      return Optional.of(OffsetDateTime.parse(text).toInstant());
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }
}
