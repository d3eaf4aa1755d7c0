package dev.argus.protocol;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.argus.protocol.ClassifyRequest.ClaimCheck;
import dev.argus.protocol.ClassifyRequest.Inline;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.pekko.util.ByteString;

/**
 * The wire contract, written once: requests and responses as queue messages, results as JSON.
 *
 * <p>A request carries the photo as base64 (or the key of the input object) in its body and all
 * else in attributes. A response carries the public JSON of the result, or a node report, in its
 * body. Both carry {@code version}; a message of another version is a {@link
 * MalformedMessageException}, never a guess.
 */
public final class Codec {
  /** The version of the message format. */
  public static final String VERSION = "1";

  private static final ObjectMapper JSON = new ObjectMapper();

  private Codec() {}

  /** A request as a queue message. */
  public static WireMessage encode(ClassifyRequest request) {
    Map<String, String> attributes = new HashMap<>();
    attributes.put("version", VERSION);
    attributes.put("id", request.id().toString());
    attributes.put("name", request.name());
    attributes.put("contentType", request.contentType());
    attributes.put("replyQueue", request.replyQueue());
    attributes.put("deadline", request.deadline().toString());
    request.traceparent().ifPresent(t -> attributes.put("traceparent", t));
    if (request.photo() instanceof Inline inline) {
      attributes.put("encoding", "base64");
      return new WireMessage(
          Base64.getEncoder().encodeToString(inline.bytes().toArrayUnsafe()), attributes);
    }
    attributes.put("encoding", "key");
    return new WireMessage(((ClaimCheck) request.photo()).key(), attributes);
  }

  /** Reads a request. */
  public static ClassifyRequest decodeRequest(WireMessage message)
      throws MalformedMessageException {
    requireVersion(message);
    try {
      ClassifyRequest.Payload photo =
          switch (required(message, "encoding")) {
            case "base64" -> new Inline(ByteString.fromString(message.body()).decodeBase64());
            case "key" -> new ClaimCheck(message.body());
            default ->
                throw new MalformedMessageException(
                    "expected encoding base64 or key, found "
                        + message.attributes().get("encoding"));
          };
      return new ClassifyRequest(
          id(required(message, "id")),
          required(message, "name"),
          required(message, "contentType"),
          required(message, "replyQueue"),
          Instant.parse(required(message, "deadline")),
          Optional.ofNullable(message.attributes().get("traceparent")),
          photo);
    } catch (IllegalArgumentException | DateTimeException e) {
      throw new MalformedMessageException("a request message that cannot be read: " + e, e);
    }
  }

  /** An answer or a node report as a queue message. */
  public static WireMessage encode(ResponseMessage message) {
    if (message instanceof Answer answer) {
      StageTimes times = answer.times();
      return new WireMessage(
          toJson(answer.reply()),
          Map.of(
              "version", VERSION,
              "kind", "answer",
              "id", answer.reply().id().toString(),
              "node", answer.node(),
              "queued", times.queued().toString(),
              "decode", times.decode().toString(),
              "inference", times.inference().toString(),
              "service", times.service().toString()));
    }
    NodeReport report = (NodeReport) message;
    ObjectNode body =
        JSON.createObjectNode()
            .put("node", report.node())
            .put("state", report.state().name())
            .put("reason", report.reason())
            .put("at", report.at().toString())
            .put("sinceLaunch", report.sinceLaunch().toString())
            .put("parallelism", report.parallelism());
    putCounts(body, "events", report.events());
    putCounts(body, "billed", report.billed());
    if (!report.boot().isEmpty()) {
      ObjectNode boot = body.putObject("boot");
      report.boot().forEach((stage, taken) -> boot.put(stage.name(), taken.toString()));
    }
    return new WireMessage(
        write(body), Map.of("version", VERSION, "kind", "node-report", "node", report.node()));
  }

  /** Reads an answer or a node report. */
  public static ResponseMessage decodeResponse(WireMessage message)
      throws MalformedMessageException {
    requireVersion(message);
    try {
      return switch (required(message, "kind")) {
        case "answer" ->
            new Answer(
                replyFromJson(message.body()),
                required(message, "node"),
                new StageTimes(
                    Duration.parse(required(message, "queued")),
                    Duration.parse(required(message, "decode")),
                    Duration.parse(required(message, "inference")),
                    Duration.parse(required(message, "service"))));
        case "node-report" -> {
          JsonNode body = JSON.readTree(message.body());
          yield new NodeReport(
              text(body, "node"),
              NodeReport.State.valueOf(text(body, "state")),
              text(body, "reason"),
              Instant.parse(text(body, "at")),
              Duration.parse(text(body, "sinceLaunch")),
              body.path("parallelism").asInt(1),
              counts(NodeEvent.class, body.path("events")),
              boot(body.path("boot")),
              counts(BilledRequest.class, body.path("billed")));
        }
        default ->
            throw new MalformedMessageException(
                "expected kind answer or node-report, found " + message.attributes().get("kind"));
      };
    } catch (JsonProcessingException | IllegalArgumentException | DateTimeException e) {
      throw new MalformedMessageException("a response message that cannot be read: " + e, e);
    }
  }

  private static void putCounts(
      ObjectNode body, String field, Map<? extends Enum<?>, Long> counts) {
    if (!counts.isEmpty()) {
      ObjectNode json = body.putObject(field);
      counts.forEach((what, count) -> json.put(what.name(), count));
    }
  }

  /** Counts by name; what this version does not know is left out. */
  static <E extends Enum<E>> Map<E, Long> counts(Class<E> type, JsonNode json) {
    Map<E, Long> counts = new EnumMap<>(type);
    for (E what : type.getEnumConstants()) {
      long count = json.path(what.name()).asLong(0);
      if (count > 0) {
        counts.put(what, count);
      }
    }
    return counts;
  }

  /** Times of stages; those that this version does not know are left out. */
  private static Map<BootStage, Duration> boot(JsonNode json) {
    Map<BootStage, Duration> boot = new EnumMap<>(BootStage.class);
    for (BootStage stage : BootStage.values()) {
      String taken = json.path(stage.name()).asText();
      if (!taken.isEmpty()) {
        boot.put(stage, Duration.parse(taken));
      }
    }
    return boot;
  }

  /** The public JSON of a result: what clients get, and what the output bucket keeps. */
  public static ObjectNode toJsonNode(ClassifyReply reply) {
    ObjectNode json =
        JSON.createObjectNode().put("id", reply.id().toString()).put("name", reply.name());
    if (reply instanceof ClassifyReply.Recognised recognised) {
      json.put("status", "recognised");
      json.put("label", recognised.best().label());
      json.put("probability", recognised.best().probability());
      ArrayNode predictions = json.putArray("predictions");
      for (Prediction p : recognised.predictions()) {
        predictions.addObject().put("label", p.label()).put("probability", p.probability());
      }
      json.put("model", recognised.model());
    } else {
      json.put("status", "failed");
      json.set("problem", toJsonNode(((ClassifyReply.Failed) reply).problem()));
    }
    return json;
  }

  /** A problem in the form of RFC 9457. */
  public static ObjectNode toJsonNode(Problem problem) {
    return JSON.createObjectNode()
        .put("type", problem.type())
        .put("title", problem.title())
        .put("status", problem.status())
        .put("detail", problem.detail());
  }

  /** The public JSON of a photo that has no answer yet. */
  public static ObjectNode pendingJson(PhotoId id, String name) {
    return JSON.createObjectNode()
        .put("id", id.toString())
        .put("name", name)
        .put("status", "pending");
  }

  /** {@link #toJsonNode(ClassifyReply)} as text. */
  public static String toJson(ClassifyReply reply) {
    return write(toJsonNode(reply));
  }

  /** Reads the public JSON of a result back. */
  public static ClassifyReply replyFromJson(String json) throws MalformedMessageException {
    try {
      JsonNode node = JSON.readTree(json);
      PhotoId id = id(text(node, "id"));
      String name = text(node, "name");
      switch (text(node, "status")) {
        case "recognised":
          List<Prediction> predictions = new ArrayList<>();
          for (JsonNode p : node.path("predictions")) {
            predictions.add(new Prediction(text(p, "label"), p.path("probability").asDouble()));
          }
          return new ClassifyReply.Recognised(id, name, predictions, text(node, "model"));
        case "failed":
          JsonNode p = node.path("problem");
          return new ClassifyReply.Failed(
              id,
              name,
              new Problem(
                  text(p, "type"), text(p, "title"), p.path("status").asInt(), text(p, "detail")));
        default:
          throw new MalformedMessageException("a result without a known status: " + json);
      }
    } catch (JsonProcessingException | IllegalArgumentException e) {
      throw new MalformedMessageException("a result that cannot be read: " + e, e);
    }
  }

  private static void requireVersion(WireMessage message) throws MalformedMessageException {
    String found = message.attributes().get("version");
    if (!VERSION.equals(found)) {
      throw new MalformedMessageException(
          "expected a message of version " + VERSION + ", found " + found);
    }
  }

  private static String required(WireMessage message, String attribute)
      throws MalformedMessageException {
    String value = message.attributes().get(attribute);
    if (value == null) {
      throw new MalformedMessageException("the message has no attribute " + attribute);
    }
    return value;
  }

  private static String text(JsonNode node, String field) throws MalformedMessageException {
    JsonNode value = node.get(field);
    if (value == null || !value.isTextual()) {
      throw new MalformedMessageException("expected a text field " + field);
    }
    return value.textValue();
  }

  private static PhotoId id(String text) throws MalformedMessageException {
    return PhotoId.parse(text)
        .orElseThrow(() -> new MalformedMessageException("not a photo id: " + text));
  }

  private static String write(JsonNode node) {
    try {
      return JSON.writeValueAsString(node);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of plain values is always writable", e);
    }
  }
}
