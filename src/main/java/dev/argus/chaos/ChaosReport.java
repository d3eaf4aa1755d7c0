package dev.argus.chaos;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.argus.chaos.Violation.Kind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What came of a chaos run.
 *
 * @param settings with the seed: the run can be made again
 * @param elapsed from the first photo sent until all was checked
 * @param faults how often each kind of fault has hit
 * @param missed how often a fault hit nothing
 * @param retries calls that clients made again
 * @param p50 half of the photos were answered within this time
 * @param p99 all but one in a hundred
 * @param evidence where the logs are, if they were kept
 */
public record ChaosReport(
    ChaosSettings settings,
    Duration elapsed,
    Map<String, Integer> faults,
    Map<String, Integer> missed,
    int retries,
    Duration p50,
    Duration p99,
    Counts counts,
    List<String> violations,
    Optional<Path> evidence) {
  /** Violations that are shown; all are counted. */
  private static final int SHOWN = 50;

  /** The counts of the ledger, and of broken promises by kind. */
  public record Counts(
      int accepted,
      int answered,
      int failed,
      int deadLettered,
      int pending,
      int refused,
      Map<String, Long> broken) {}

  static Counts counts(Verdict verdict) {
    return new Counts(
        verdict.accepted(),
        verdict.answered(),
        verdict.failed(),
        verdict.deadLettered(),
        verdict.pending(),
        verdict.refused(),
        Arrays.stream(Kind.values())
            .collect(
                Collectors.toMap(
                    kind -> kind.name().toLowerCase(Locale.ROOT).replace('_', ' '),
                    verdict::count,
                    Long::sum,
                    LinkedHashMap::new)));
  }

  /** Whether no promise was broken although faults did hit. */
  public boolean ok() {
    return violations.isEmpty() && !faults.isEmpty();
  }

  private String conclusion() {
    if (ok()) {
      return "OK: nothing lost, nothing answered wrongly, nothing left running";
    }
    if (violations.isEmpty()) {
      return "FAILED: no fault hit anything: this proves nothing; send more --photos";
    }
    return "FAILED: "
        + violations.size()
        + " promises broken; the faults come again with --seed "
        + settings.seed();
  }

  /** For people: a few lines. */
  public String toText() {
    StringBuilder text = new StringBuilder();
    line(
        text,
        "chaos with seed %d: %d photos by %d clients in %.0f s, a kill every %.0f s",
        settings.seed(),
        settings.photos(),
        settings.concurrency(),
        seconds(elapsed),
        seconds(settings.killEvery()));
    line(text, "  faults    %s", words(faults));
    if (!missed.isEmpty()) {
      line(text, "  missed    %s", words(missed));
    }
    line(
        text,
        "  ledger    %d accepted = %d answered + %d failed + %d dead-lettered + %d pending",
        counts.accepted(),
        counts.answered(),
        counts.failed(),
        counts.deadLettered(),
        counts.pending());
    line(text, "  refused   %d bad photos", counts.refused());
    line(
        text,
        "  clients   %d retries, p50 %.2f s, p99 %.2f s",
        retries,
        seconds(p50),
        seconds(p99));
    line(
        text,
        "  broken    %s",
        counts.broken().entrySet().stream()
            .map(entry -> entry.getValue() + " " + entry.getKey())
            .collect(Collectors.joining(", ")));
    violations.stream().limit(SHOWN).forEach(violation -> line(text, "    %s", violation));
    evidence.ifPresent(where -> line(text, "  logs      %s", where));
    return text.append(conclusion()).toString();
  }

  /** For programs: one JSON object, times in seconds. */
  public String toJson() {
    ObjectNode json =
        new ObjectMapper()
            .createObjectNode()
            .put("seed", settings.seed())
            .put("photos", settings.photos())
            .put("concurrency", settings.concurrency())
            .put("killEverySeconds", seconds(settings.killEvery()))
            .put("elapsedSeconds", seconds(elapsed))
            .put("retries", retries);
    ObjectNode hit = json.putObject("faults");
    faults.forEach(hit::put);
    ObjectNode notHit = json.putObject("missed");
    missed.forEach(notHit::put);
    json.putObject("ledger")
        .put("accepted", counts.accepted())
        .put("answered", counts.answered())
        .put("failed", counts.failed())
        .put("deadLettered", counts.deadLettered())
        .put("pending", counts.pending());
    json.put("refused", counts.refused());
    json.putObject("latencySeconds").put("p50", seconds(p50)).put("p99", seconds(p99));
    ObjectNode broken = json.putObject("broken");
    counts.broken().forEach(broken::put);
    ArrayNode list = json.putArray("violations");
    violations.forEach(list::add);
    evidence.ifPresent(where -> json.put("logs", where.toString()));
    return json.put("ok", ok()).put("conclusion", conclusion()).toString();
  }

  private static String words(Map<String, Integer> counts) {
    return counts.isEmpty()
        ? "none"
        : counts.entrySet().stream()
            .map(entry -> entry.getValue() + " x " + entry.getKey())
            .collect(Collectors.joining(", "));
  }

  private static void line(StringBuilder text, String format, Object... values) {
    text.append(String.format(Locale.ROOT, format, values)).append('\n');
  }

  private static double seconds(Duration duration) {
    return duration.toMillis() / 1e3;
  }
}
