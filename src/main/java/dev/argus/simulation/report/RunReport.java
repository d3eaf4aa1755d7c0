package dev.argus.simulation.report;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.argus.simulation.SimulationReport;
import java.util.Locale;
import java.util.OptionalLong;

/**
 * What {@code argus simulate} tells of a run.
 *
 * @param leftOut photos of a trace that come after the run's length; empty if no trace was played
 */
public record RunReport(SimulationReport run, OptionalLong leftOut) {
  /** One JSON object; times in seconds, money in USD. */
  public ObjectNode toJson() {
    ObjectNode json = run.toJson();
    leftOut.ifPresent(photos -> json.put("leftOut", photos));
    return json;
  }

  /** Some lines. */
  public String toText() {
    StringBuilder text = new StringBuilder(run.toText());
    if (leftOut.orElse(0) > 0) {
      line(
          text,
          "  left out  %d photos of the trace, which come after --hours",
          leftOut.getAsLong());
    }
    return text.toString();
  }

  private static void line(StringBuilder text, String format, Object... values) {
    text.append(System.lineSeparator()).append(String.format(Locale.ROOT, format, values));
  }
}
