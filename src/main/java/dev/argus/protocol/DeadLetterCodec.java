package dev.argus.protocol;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Dead letters as JSON: their history on its way through the dead-letter queue, and the object that
 * is kept.
 *
 * <p>The history travels as one message attribute, {@value #ATTRIBUTE}: {@code
 * {"receives":5,"attempts":3,"sentAt":"2026-01-31T12:00:00Z","node":"i-0123456789abcdef0",
 * "reason":"..."}}. Who reads a request ignores attributes that it does not know.
 */
public final class DeadLetterCodec {
  /** The attribute that carries a message's history. */
  public static final String ATTRIBUTE = "deadLetter";

  private static final ObjectMapper JSON = new ObjectMapper();

  private DeadLetterCodec() {}

  /**
   * The message with its history, ready for the dead-letter queue. One that has no room for another
   * attribute is not one of ours, and goes as it is.
   */
  public static WireMessage withHistory(WireMessage message, DeadLetterHistory history) {
    Map<String, String> attributes = new HashMap<>(message.attributes());
    attributes.put(ATTRIBUTE, toJson(history).toString());
    return attributes.size() > WireMessage.MAX_ATTRIBUTES
        ? message
        : new WireMessage(message.body(), attributes);
  }

  /** The history that a message brings; empty if it brings none, or one that cannot be read. */
  public static Optional<DeadLetterHistory> historyOf(WireMessage message) {
    String json = message.attributes().get(ATTRIBUTE);
    if (json == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(history(JSON.readTree(json)));
    } catch (JsonProcessingException | MalformedMessageException | DateTimeException e) {
      return Optional.empty(); // the counts of the queue itself will do
    }
  }

  /** The object that is kept, which is also what the operator is shown. */
  public static ObjectNode toJson(DeadLetter letter) {
    ObjectNode json = JSON.createObjectNode().put("id", letter.id());
    if (letter instanceof DeadLetter.GivenUp photo) {
      json.put("readable", true)
          .put("name", photo.name())
          .put("contentType", photo.contentType())
          .put("replyQueue", photo.replyQueue())
          .put("inline", photo.inline());
    } else {
      DeadLetter.Unreadable unreadable = (DeadLetter.Unreadable) letter;
      json.put("readable", false)
          .put("problem", unreadable.problem())
          .put("body", unreadable.body());
      ObjectNode attributes = json.putObject("attributes");
      unreadable.attributes().forEach(attributes::put);
    }
    json.put("at", letter.at().toString());
    json.set("history", toJson(letter.history()));
    return json;
  }

  /** Reads the object that was kept. */
  public static DeadLetter fromJson(String text) throws MalformedMessageException {
    try {
      JsonNode json = JSON.readTree(text);
      String id = text(json, "id");
      Instant at = Instant.parse(text(json, "at"));
      DeadLetterHistory history = history(json.path("history"));
      if (!json.path("readable").asBoolean()) {
        Map<String, String> attributes = new HashMap<>();
        json.path("attributes")
            .properties()
            .forEach(field -> attributes.put(field.getKey(), field.getValue().asText()));
        return new DeadLetter.Unreadable(
            id, text(json, "body"), attributes, text(json, "problem"), at, history);
      }
      return new DeadLetter.GivenUp(
          PhotoId.parse(id)
              .orElseThrow(() -> new MalformedMessageException("not a photo id: " + id)),
          text(json, "name"),
          text(json, "contentType"),
          text(json, "replyQueue"),
          json.path("inline").asBoolean(),
          at,
          history);
    } catch (JsonProcessingException | DateTimeException e) {
      throw new MalformedMessageException(
          "a dead letter that cannot be read: " + e.getClass().getSimpleName(), e);
    }
  }

  private static ObjectNode toJson(DeadLetterHistory history) {
    return JSON.createObjectNode()
        .put("receives", history.receives())
        .put("attempts", history.attempts())
        .put("sentAt", history.sentAt().toString())
        .put("node", history.node())
        .put("reason", history.reason());
  }

  private static DeadLetterHistory history(JsonNode json) throws MalformedMessageException {
    return new DeadLetterHistory(
        json.path("receives").asInt(),
        json.path("attempts").asInt(),
        Instant.parse(text(json, "sentAt")),
        json.path("node").asText(),
        json.path("reason").asText());
  }

  private static String text(JsonNode json, String field) throws MalformedMessageException {
    JsonNode value = json.get(field);
    if (value == null || !value.isTextual()) {
      throw new MalformedMessageException("expected a text field " + field);
    }
    return value.textValue();
  }
}
