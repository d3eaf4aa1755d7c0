package dev.argus.simulation.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.argus.page.ChartPage;
import dev.argus.scaling.Decision;
import dev.argus.simulation.Bin;
import dev.argus.simulation.SimulationReport;
import dev.argus.simulation.SimulationResult;
import dev.argus.simulation.VirtualTime;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** A {@link RunReport} as one page with charts; the same run gives the same page. */
public final class SimulationPage {
  private SimulationPage() {}

  /**
   * The page.
   *
   * @param json the report's, with whatever was added to it
   */
  public static String of(RunReport report, ObjectNode json) throws IOException {
    SimulationResult result = report.run().result();
    ObjectNode data = JsonNodeFactory.instance.objectNode();
    data.set("report", json);
    bins(data.putObject("bins"), result);
    cost(data.putObject("cost"), report.run());
    for (RunReport.Rival rival : report.rivals()) {
      ObjectNode course = data.withArray("rivals").addObject().put("policy", rival.policy());
      column(course.putArray("end"), ends(rival.result()));
      spent(course.putArray("run"), rival.result(), price(rival.result(), report.run()));
    }
    ArrayNode decisions = data.putArray("decisions");
    for (Decision decision : result.decisions()) {
      decisions
          .addObject()
          .put("at", seconds(Duration.between(VirtualTime.EPOCH, decision.at())))
          .put("reason", decision.reason());
    }
    return ChartPage.of(SimulationPage.class, "simulation.html", "argus simulate", data);
  }

  private static void bins(ObjectNode data, SimulationResult result) {
    List<Bin> bins = result.bins();
    column(data, "start", bins, bin -> seconds(bin.start()));
    column(data.putArray("end"), ends(result));
    column(data, "arrivals", bins, Bin::arrivals);
    column(data, "answered", bins, Bin::answered);
    column(data, "late", bins, Bin::late);
    column(data, "waiting", bins, Bin::waiting);
    column(data, "booting", bins, Bin::booting);
    column(data, "idle", bins, Bin::idle);
    column(data, "busy", bins, Bin::working);
    latencies(data, "p50", bins, Bin::p50);
    latencies(data, "p95", bins, Bin::p95);
    latencies(data, "max", bins, Bin::max);
  }

  private static double[] ends(SimulationResult result) {
    List<Bin> bins = result.bins();
    double[] ends = new double[bins.size()];
    for (int i = 0; i < ends.length; i++) {
      ends[i] = seconds(i + 1 < ends.length ? bins.get(i + 1).start() : result.length());
    }
    return ends;
  }

  /**
   * USD spent by the end of each part. An instance second is taken at the run's mean price, so that
   * the plan and the bound differ from the run by their instance seconds alone.
   */
  private static void cost(ObjectNode data, SimulationReport report) {
    SimulationResult result = report.result();
    double price = price(result, report);
    spent(data.putArray("run"), result, price);
    report
        .clairvoyant()
        .ifPresent(
            it -> {
              data.put("bound", it.boundSeconds() * price);
              ArrayNode plan = data.putArray("plan");
              for (double end : ends(result)) {
                Duration time = Duration.ofNanos(Math.round(end * 1e9));
                plan.add(round(it.planSecondsBy(time) * price));
              }
            });
  }

  private static double price(SimulationResult result, SimulationReport report) {
    return result.billedInstanceSeconds() == 0
        ? report.settings().price() / 3600
        : result.cost() / result.billedInstanceSeconds();
  }

  private static void spent(ArrayNode column, SimulationResult result, double price) {
    double billed = 0;
    for (Bin bin : result.bins()) {
      billed += bin.billed();
      column.add(round(billed * price));
    }
  }

  private static void column(
      ObjectNode data, String name, List<Bin> bins, ToDoubleFunction<Bin> value) {
    column(data.putArray(name), bins.stream().mapToDouble(value).toArray());
  }

  private static void column(ArrayNode column, double[] values) {
    for (double value : values) {
      column.add(round(value));
    }
  }

  /** Where nothing was answered the chart has a gap. */
  private static void latencies(
      ObjectNode data, String name, List<Bin> bins, ToDoubleFunction<Bin> value) {
    ArrayNode column = data.putArray(name);
    for (Bin bin : bins) {
      if (bin.answered() == 0) {
        column.addNull();
      } else {
        column.add(round(value.applyAsDouble(bin)));
      }
    }
  }

  /** More digits would only make the page larger. */
  private static double round(double value) {
    return Math.rint(value * 1e6) / 1e6;
  }

  private static double seconds(Duration time) {
    return time.toNanos() / 1e9;
  }
}
