package dev.argus.web;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.argus.protocol.Codec;
import dev.argus.protocol.DeadLetter;
import dev.argus.protocol.DeadLetterCodec;

/** What operators are shown of dead letters, over HTTP and by {@code argus dead --json}. */
public final class DeadLetterJson {
  private DeadLetterJson() {}

  /** A line of a list: without the body of an unreadable message, which may be a megabyte. */
  public static ObjectNode line(DeadLetter letter) {
    ObjectNode json = DeadLetterCodec.toJson(letter);
    json.remove("body");
    json.remove("attributes");
    return json;
  }

  static ObjectNode page(DeadLetterAdmin.Page page) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    ArrayNode letters = json.putArray("deadLetters");
    page.letters().forEach(letter -> letters.add(line(letter)));
    page.next().ifPresent(next -> json.put("next", next));
    return json;
  }

  /** What became of one dead letter that was to be sent again. */
  public static ObjectNode redriven(String id, DeadLetterAdmin.Redriven redriven) {
    String outcome = redriven == DeadLetterAdmin.Redriven.SENT ? "sent" : "answered";
    return JsonNodeFactory.instance.objectNode().put("id", id).put("outcome", outcome);
  }

  /** What became of some of them. */
  public static ObjectNode report(DeadLetterAdmin.RedriveReport report) {
    ObjectNode json =
        JsonNodeFactory.instance
            .objectNode()
            .put("sent", report.sent())
            .put("answered", report.answered())
            .put("failed", report.failed());
    ArrayNode failures = json.putArray("failures");
    report
        .failures()
        .forEach(
            (id, problem) ->
                failures.addObject().put("id", id).set("problem", Codec.toJsonNode(problem)));
    report.next().ifPresent(next -> json.put("next", next));
    return json;
  }
}
