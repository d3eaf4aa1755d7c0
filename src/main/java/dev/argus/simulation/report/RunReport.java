package dev.argus.simulation.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.argus.simulation.SimulationReport;
import dev.argus.simulation.SimulationResult;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;

/**
 * What {@code argus simulate} tells of a run.
 *
 * @param leftOut photos of a trace that come after the run's length; empty if no trace was played
 * @param rivals other policies against the same traffic
 */
public record RunReport(SimulationReport run, OptionalLong leftOut, List<Rival> rivals) {
  /** What came of another policy, with the same traffic, seed and settings. */
  public record Rival(String policy, SimulationResult result) {}

  public RunReport {
    rivals = List.copyOf(rivals);
  }

  /** One JSON object; times in seconds, money in USD. */
  public ObjectNode toJson() {
    ObjectNode json = run.toJson();
    leftOut.ifPresent(photos -> json.put("leftOut", photos));
    if (!rivals.isEmpty()) {
      ArrayNode list = json.putArray("rivals");
      for (Rival rival : rivals) {
        SimulationResult result = rival.result();
        list.addObject()
            .put("policy", rival.policy())
            .put("billedInstanceSeconds", result.billedInstanceSeconds())
            .put("cost", result.cost())
            .put("launches", result.launches())
            .put("missFraction", result.missFraction())
            .put("p95", result.latencySeconds(95));
      }
    }
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
    for (Rival rival : rivals) {
      SimulationResult result = rival.result();
      line(
          text,
          "  rival     %s: %d instance seconds, %.4f USD, %d launches, %.3f %% missed the deadline,"
              + " p95 %.2f s",
          rival.policy(),
          result.billedInstanceSeconds(),
          result.cost(),
          result.launches(),
          100 * result.missFraction(),
          result.latencySeconds(95));
    }
    return text.toString();
  }

  private static void line(StringBuilder text, String format, Object... values) {
    text.append(System.lineSeparator()).append(String.format(Locale.ROOT, format, values));
  }
}
