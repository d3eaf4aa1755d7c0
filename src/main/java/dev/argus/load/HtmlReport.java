package dev.argus.load;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.argus.config.InvalidSettingException;
import dev.argus.load.LoadReport.Interval;
import dev.argus.load.LoadReport.Point;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
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

  /** The version in pom.xml, for it is in the path. */
  private static final String UPLOT = "/META-INF/resources/webjars/uplot/1.6.30/dist/";

  private HtmlReport() {}

  /**
   * Whether a page can be written there: better found before a long run than after it.
   *
   * @throws InvalidSettingException if not
   */
  public static void check(Path file) {
    Path folder = file.toAbsolutePath().getParent();
    boolean writable =
        Files.exists(file)
            ? Files.isRegularFile(file) && Files.isWritable(file)
            : folder != null && Files.isDirectory(folder) && Files.isWritable(folder);
    if (!writable) {
      throw new InvalidSettingException("load: no report can be written to " + file);
    }
  }

  /** Writes the page; what is there already is replaced. */
  public static void write(Path file, LoadReport report, LoadSettings settings, Instant now)
      throws IOException {
    Files.writeString(file, page(report, settings, now));
  }

  static String page(LoadReport report, LoadSettings settings, Instant now) throws IOException {
    // Parts are put in from the last one to the first: none is looked through for the next mark.
    String page = resource("report.html");
    page = put(page, "/*UPLOT-JS*/", resource(UPLOT + "uPlot.iife.min.js"));
    page = put(page, "/*DATA*/", escaped(data(report, settings, now)));
    return put(page, "/*UPLOT-CSS*/", resource(UPLOT + "uPlot.min.css"));
  }

  private static String put(String page, String mark, String part) {
    int at = page.indexOf(mark);
    return page.substring(0, at) + part + page.substring(at + mark.length());
  }

  /** Data in a page: names of photos and reasons may hold whatever would end the script. */
  private static String escaped(JsonNode json) {
    return json.toString()
        .replace("<", "\\u003c")
        .replace(">", "\\u003e")
        .replace("&", "\\u0026")
        .replace("\u2028", "\\u2028")
        .replace("\u2029", "\\u2029");
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

  private static String resource(String name) throws IOException {
    try (InputStream in = HtmlReport.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new FileNotFoundException(name + " is not on the class path");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
