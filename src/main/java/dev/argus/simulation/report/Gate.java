package dev.argus.simulation.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What numbers of a report may be at most.
 *
 * @param limits by the name that a number has in the report's JSON
 */
public record Gate(Map<String, Double> limits) {
  /** What can be limited in a run. */
  public static final List<String> OF_A_RUN =
      List.of(
          "ratioToBound",
          "missFraction",
          "missExcess",
          "launchRatio",
          "idleFraction",
          "idleExcess",
          "billedInstanceSeconds",
          "cost",
          "costPerThousand",
          "launches",
          "maxNodes",
          "unanswered",
          "p50",
          "p95",
          "p99",
          "max");

  public Gate {
    limits.forEach(
        (name, limit) -> {
          if (!Double.isFinite(limit)) {
            throw new IllegalArgumentException(
                "--gate: expected a number for %s, found %s".formatted(name, limit));
          }
        });
  }

  /**
   * This gate, whose names are among those.
   *
   * @throws IllegalArgumentException if one is not
   */
  public Gate among(List<String> names) {
    for (String name : limits.keySet()) {
      if (!names.contains(name)) {
        throw new IllegalArgumentException(
            "--gate: expected %s, found '%s'".formatted(String.join(", ", names), name));
      }
    }
    return this;
  }

  /**
   * A sentence for each limit that is not kept to. A number that is not known does not keep to any;
   * one that is null stands for nothing to compare with, and keeps to all.
   *
   * @param of what the numbers are of, at the beginning of each sentence
   * @param numbers by their names
   * @param names that are looked at, of the limits
   */
  List<String> breaches(String of, JsonNode numbers, List<String> names) {
    List<String> breaches = new ArrayList<>();
    limits.forEach(
        (name, limit) -> {
          JsonNode number = numbers.path(name);
          if (!names.contains(name) || number.isNull()) {
            return;
          }
          if (number.isMissingNode()) {
            breaches.add("%s%s is not known, allowed is %s".formatted(of, name, text(limit)));
          } else if (number.asDouble() > limit) {
            breaches.add(
                "%s%s is %s, allowed is %s"
                    .formatted(of, name, text(number.asDouble()), text(limit)));
          }
        });
    return breaches;
  }

  /** The same of a run. */
  public List<String> breaches(JsonNode run) {
    return breaches("", run, OF_A_RUN);
  }

  /** Adds the verdict to a report, if there is anything to judge. */
  public void judge(ObjectNode report, List<String> breaches) {
    if (!limits.isEmpty()) {
      ArrayNode list = report.put("passed", breaches.isEmpty()).putArray("breaches");
      breaches.forEach(list::add);
    }
  }

  /** Four digits and more, without noughts at the end. */
  private static String text(double value) {
    String text = String.format(Locale.ROOT, Math.abs(value) < 0.1 ? "%.6f" : "%.4f", value);
    return text.replaceFirst("\\.?0+$", "");
  }
}
