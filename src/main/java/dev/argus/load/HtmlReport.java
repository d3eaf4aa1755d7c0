package dev.argus.load;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.argus.load.LoadReport.Interval;
import dev.argus.load.LoadReport.Point;
import dev.argus.page.ChartPage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.function.Function;

/** A {@link LoadReport} as one page with charts, which needs nothing but itself. */
public final class HtmlReport {
  private static final ObjectMapper JSON = new ObjectMapper();

  private HtmlReport() {}

  /** Writes the page; what is there already is replaced. */
  public static void write(Path file, LoadReport report, LoadSettings settings, Instant now)
      throws IOException {
    Files.writeString(file, page(report, settings, now));
  }

  static String page(LoadReport report, LoadSettings settings, Instant now) throws IOException {
    return ChartPage.of(HtmlReport.class, "report.html", "argus load", data(report, settings, now));
  }

  private static ObjectNode data(LoadReport report, LoadSettings settings, Instant now) {
    ObjectNode data = JSON.createObjectNode();
    data.putArray("about")
        .add(settings.client().url().toString())
        .add(settings.workload().describe())
        .add(now.truncatedTo(ChronoUnit.SECONDS).toString());
    data.put("warmUpSeconds", LoadReportFormat.seconds(settings.workload().warmUp()));
    data.set("report", LoadReportFormat.json(report));
    List<Interval> intervals = report.timeline();
    ObjectNode timeline = data.putObject("timeline");
    times(timeline.putArray("start"), intervals, Interval::start);
    times(timeline.putArray("length"), intervals, Interval::length);
    intervals.stream().map(Interval::offered).forEach(timeline.putArray("offered")::add);
    intervals.stream().map(Interval::answered).forEach(timeline.putArray("answered")::add);
    intervals.stream().map(Interval::failed).forEach(timeline.putArray("failed")::add);
    latencies(timeline.putArray("p50"), intervals, Interval::p50);
    latencies(timeline.putArray("p90"), intervals, Interval::p90);
    latencies(timeline.putArray("p99"), intervals, Interval::p99);
    latencies(timeline.putArray("max"), intervals, Interval::max);
    ObjectNode distribution = data.putObject("distribution");
    // On a logarithmic axis 100 % has no place.
    List<Point> points =
        report.distribution().stream().filter(point -> point.percent() < 100).toList();
    points.stream()
        .map(point -> 100 / (100 - point.percent()))
        .forEach(distribution.putArray("oneIn")::add);
    points.stream()
        .map(point -> LoadReportFormat.seconds(point.latency()))
        .forEach(distribution.putArray("latency")::add);
    return data;
  }

  private static void times(
      ArrayNode column, List<Interval> intervals, Function<Interval, Duration> time) {
    intervals.forEach(i -> column.add(LoadReportFormat.seconds(time.apply(i))));
  }

  /** Where nothing was recognised the chart has a gap. */
  private static void latencies(
      ArrayNode column, List<Interval> intervals, Function<Interval, Duration> time) {
    for (Interval interval : intervals) {
      if (interval.answered() == 0) {
        column.addNull();
      } else {
        column.add(LoadReportFormat.seconds(time.apply(interval)));
      }
    }
  }
}
