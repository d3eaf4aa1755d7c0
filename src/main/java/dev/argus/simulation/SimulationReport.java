package dev.argus.simulation;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/**
 * A run as people and programs read it; the same run gives the same text.
 *
 * @param traffic what came, such as {@code diurnal}
 * @param clairvoyant what the same traffic would have cost at least, if that was computed
 */
public record SimulationReport(
    String traffic,
    long seed,
    double rate,
    String policy,
    String faults,
    NodeKind nodes,
    SimulationSettings settings,
    SimulationResult result,
    Optional<Clairvoyant> clairvoyant) {
  /** Decisions that the text shows. */
  private static final int DECISIONS = 5;

  /** One JSON object; times in seconds, money in USD. */
  public ObjectNode toJson() {
    ObjectNode json =
        JsonNodeFactory.instance
            .objectNode()
            .put("traffic", traffic)
            .put("seed", seed)
            .put("hours", seconds(settings.length()) / 3600)
            .put("rate", rate)
            .put("policy", policy)
            .put("boot", seconds(settings.boot().mean()))
            .put("service", seconds(settings.service().mean()))
            .put("deadline", seconds(settings.deadline()))
            .put("maxWorkers", settings.argus().scaling().maxWorkers())
            .put("price", settings.price())
            .put("faults", faults)
            .put("nodes", nodes.toString())
            .put("billedInstanceSeconds", result.billedInstanceSeconds())
            .put("cost", result.cost())
            .put("costPerThousand", result.costPerThousand())
            .put("launches", result.launches())
            .put("photos", result.photos())
            .put("unanswered", result.unanswered())
            .put("missFraction", result.missFraction())
            .put("p50", result.latencySeconds(50))
            .put("p95", result.latencySeconds(95))
            .put("p99", result.latencySeconds(99))
            .put("max", result.latencySeconds(100))
            .put("maxNodes", result.maxNodes())
            .put("idleFraction", result.idleFraction())
            .put("elapsed", seconds(result.length()));
    clairvoyant.ifPresent(
        it -> {
          json.putObject("bound").put("billedInstanceSeconds", it.boundSeconds());
          json.putObject("plan")
              .put("billedInstanceSeconds", it.planSeconds())
              .put("launches", it.planLaunches())
              .put("missFraction", it.planMissFraction())
              .put("idleFraction", it.planIdleFraction());
          if (it.boundSeconds() > 0) {
            json.put("ratioToBound", result.billedInstanceSeconds() / it.boundSeconds());
          }
          if (it.planLaunches() > 0) {
            json.put("launchRatio", (double) result.launches() / it.planLaunches());
          }
          json.put("missExcess", result.missFraction() - it.planMissFraction())
              .put("idleExcess", result.idleFraction() - it.planIdleFraction());
        });
    return json;
  }

  /** Some lines. */
  public String toText() {
    StringBuilder text = new StringBuilder();
    line(
        text,
        "%s traffic, seed %d: %d photos in %s h, policy %s, faults %s",
        traffic,
        seed,
        result.photos(),
        number(seconds(settings.length()) / 3600),
        policy,
        faults);
    line(
        text,
        "  latency   p50 %.2f s, p95 %.2f s, p99 %.2f s, max %.2f s",
        result.latencySeconds(50),
        result.latencySeconds(95),
        result.latencySeconds(99),
        result.latencySeconds(100));
    line(
        text,
        "  deadline  %s s: %d photos missed it (%.3f %%), %d of them were never answered",
        number(seconds(settings.deadline())),
        result.misses(),
        100 * result.missFraction(),
        result.unanswered());
    line(
        text,
        "  nodes     %d launches, %d at once at most, idle for %.1f %% of the time that was paid",
        result.launches(),
        result.maxNodes(),
        100 * result.idleFraction());
    line(
        text,
        "  cost      %d instance seconds, %.4f USD, %.4f USD for a thousand photos",
        result.billedInstanceSeconds(),
        result.cost(),
        result.costPerThousand());
    clairvoyant.ifPresent(
        it ->
            line(
                text,
                "  at least  %.0f instance seconds with all arrivals known%s; %.0f and %d launches by a"
                    + " plan",
                it.boundSeconds(),
                ratio(it.boundSeconds()),
                it.planSeconds(),
                it.planLaunches()));
    result.decisions().stream()
        .limit(DECISIONS)
        .forEach(it -> line(text, "  after %s  %s", after(it.at()), it.reason()));
    return text.toString().stripTrailing();
  }

  private String ratio(double bound) {
    return bound > 0
        ? String.format(Locale.ROOT, " (%.3f times that)", result.billedInstanceSeconds() / bound)
        : ", so there is no ratio";
  }

  private static String after(Instant at) {
    Duration time = Duration.between(VirtualTime.EPOCH, at);
    return "%d:%02d:%02d".formatted(time.toHours(), time.toMinutesPart(), time.toSecondsPart());
  }

  private static double seconds(Duration time) {
    return time.toNanos() / 1e9;
  }

  private static String number(double value) {
    return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
  }

  private static void line(StringBuilder text, String format, Object... values) {
    text.append(String.format(Locale.ROOT, format, values)).append(System.lineSeparator());
  }
}
