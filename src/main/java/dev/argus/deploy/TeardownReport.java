package dev.argus.deploy;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;

/**
 * What {@link Teardown} did.
 *
 * @param removed a line for each thing that is gone
 * @param left a line for each that stays
 */
public record TeardownReport(
    Outcome outcome, WaitingWork waiting, List<String> removed, List<String> left) {

  /** How it went. */
  public enum Outcome {
    /** All of it is gone but what is left on purpose. */
    REMOVED,
    /** There was nothing to remove. */
    NOTHING,
    /** Work is waiting. */
    REFUSED,
    /** The answer was no. */
    DECLINED
  }

  public TeardownReport {
    removed = List.copyOf(removed);
    left = List.copyOf(left);
  }

  /** For programs. */
  public ObjectNode toJson() {
    ObjectNode json =
        JsonNodeFactory.instance
            .objectNode()
            .put("outcome", outcome.name().toLowerCase(Locale.ROOT))
            .put("queued", waiting.visible())
            .put("inFlight", waiting.inFlight())
            .put("pending", waiting.pending());
    ArrayNode gone = json.putArray("removed");
    removed.forEach(gone::add);
    ArrayNode stays = json.putArray("left");
    left.forEach(stays::add);
    return json;
  }
}
