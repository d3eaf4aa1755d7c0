package dev.argus.load;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.argus.load.LoadReport.Checks;
import dev.argus.load.LoadReport.Latency;
import dev.argus.load.LoadReport.Mistake;
import dev.argus.load.LoadReport.Pacing;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** A {@link LoadReport} as text and as JSON. */
final class LoadReportFormat {
  private static final ObjectMapper JSON = new ObjectMapper();

  private LoadReportFormat() {}

  static String text(LoadReport r) {
    StringBuilder text = new StringBuilder();
    line(
        text,
        "%d requests in %.2f s: %.1f answers/s, %.1f MB sent",
        r.requests(),
        seconds(r.elapsed()),
        r.throughput(),
        r.bytesSent() / 1e6);
    line(text, "  answered  %d", r.answered());
    line(text, "  failed    %d", r.failed());
    r.failures().forEach((reason, count) -> line(text, "    %d x %s", count, reason));
    line(text, "  statuses  %s", r.statuses().isEmpty() ? "none" : counts(r.statuses()));
    line(text, "  retries   %d", r.retries());
    Pacing pacing = r.pacing();
    if (pacing.open()) {
      line(text, "  not sent  %d, since too many were under way", pacing.notSent());
      line(text, "  lag       %.3f s at most, of this generator", seconds(pacing.maxLag()));
    }
    if (pacing.warmUp() > 0) {
      line(text, "  warm-up   %d more, not counted", pacing.warmUp());
    }
    Latency l = r.latency();
    line(
        text,
        "  latency   p50 %.3f s, p90 %.3f s, p95 %.3f s, p99 %.3f s, p99.9 %.3f s, max %.3f s",
        seconds(l.p50()),
        seconds(l.p90()),
        seconds(l.p95()),
        seconds(l.p99()),
        seconds(l.p999()),
        seconds(l.max()));
    Checks c = r.checks();
    line(text, "  labels    %d right, %d wrong, %d unknown", c.right(), c.wrong(), c.unknown());
    line(text, "  mix-ups   %d misnamed, %d duplicate ids", c.misnamed(), c.duplicates());
    for (Mistake m : r.mistakes()) {
      String expected = String.join(" or ", m.expected());
      line(text, "    %s: expected %s, found %s", m.photo(), expected, m.found());
    }
    r.breaches().forEach(breach -> line(text, "  not kept  %s", breach));
    return text.toString();
  }

  static ObjectNode json(LoadReport r) {
    ObjectNode json =
        JSON.createObjectNode()
            .put("requests", r.requests())
            .put("answered", r.answered())
            .put("failed", r.failed())
            .put("retries", r.retries())
            .put("bytesSent", r.bytesSent())
            .put("elapsedSeconds", seconds(r.elapsed()))
            .put("answersPerSecond", r.throughput());
    ObjectNode statuses = json.putObject("statuses");
    r.statuses().forEach((status, count) -> statuses.put(status.toString(), count));
    ObjectNode failures = json.putObject("failures");
    r.failures().forEach(failures::put);
    json.putObject("latencySeconds")
        .put("mean", seconds(r.latency().mean()))
        .put("p50", seconds(r.latency().p50()))
        .put("p90", seconds(r.latency().p90()))
        .put("p95", seconds(r.latency().p95()))
        .put("p99", seconds(r.latency().p99()))
        .put("p99.9", seconds(r.latency().p999()))
        .put("max", seconds(r.latency().max()));
    json.putObject("checks")
        .put("right", r.checks().right())
        .put("wrong", r.checks().wrong())
        .put("unknown", r.checks().unknown())
        .put("misnamed", r.checks().misnamed())
        .put("duplicates", r.checks().duplicates());
    ArrayNode mistakes = json.putArray("mistakes");
    for (Mistake m : r.mistakes()) {
      ObjectNode mistake = mistakes.addObject().put("photo", m.photo()).put("found", m.found());
      m.expected().forEach(mistake.putArray("expected")::add);
    }
    json.put("ok", r.ok())
        .put("loop", r.pacing().open() ? "open" : "closed")
        .put("offered", r.offered())
        .put("notSent", r.pacing().notSent())
        .put("warmUp", r.pacing().warmUp())
        .put("maxLagSeconds", seconds(r.pacing().maxLag()))
        .put("errorShare", r.errorShare())
        .put("passed", r.passed());
    r.breaches().forEach(json.putArray("breaches")::add);
    return json;
  }

  private static void line(StringBuilder text, String format, Object... values) {
    text.append(String.format(Locale.ROOT, format, values)).append('\n');
  }

  private static String counts(Map<Integer, Integer> statuses) {
    return statuses.entrySet().stream()
        .map(e -> e.getKey() + ": " + e.getValue())
        .collect(Collectors.joining(", "));
  }

  static double seconds(Duration d) {
    return d.toNanos() / 1e9;
  }
}
