package dev.argus.web;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.argus.web.Traffic.ErrorClass;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * What this web node knows of the cluster at one moment, as JSON for the operations page.
 *
 * <p>Waiting photos, traffic and errors are this web node's own; fleet, queue and dead letters are
 * the cluster's, and known only to the one that leads.
 */
final class OpsView {
  /** What is drawn over time. */
  static final List<String> COLUMNS =
      List.of(
          "waiting",
          "inFlight",
          "arriving",
          "held",
          "launching",
          "booting",
          "ready",
          "draining",
          "perSecond",
          "p50Ms",
          "p95Ms",
          "p99Ms");

  private static final List<String> COSTS =
      List.of("since", "until", "photos", "usd", "usdPer1000Photos", "unpriced", "incomplete");
  private static final List<String> STATES = List.of("launching", "booting", "ready", "draining");

  private final String name;
  private final Admission admission;
  private final WebMetrics metrics;
  private final WebTier.Scaling scaling;
  private final BooleanSupplier leads;
  private final InstantSource clock;

  /**
   * @param name what this web node is called
   * @param leads whether it leads now
   */
  OpsView(
      String name,
      Admission admission,
      WebMetrics metrics,
      WebTier.Scaling scaling,
      BooleanSupplier leads,
      InstantSource clock) {
    this.name = name;
    this.admission = admission;
    this.metrics = metrics;
    this.scaling = scaling;
    this.leads = leads;
    this.clock = clock;
  }

  /** The next point of the charts. */
  OpsHistory.Point point(OpsHistory history) {
    return point(history, leads.getAsBoolean() ? scaling.fleetJson().get() : nothing());
  }

  private static ObjectNode nothing() {
    return JsonNodeFactory.instance.objectNode();
  }

  private OpsHistory.Point point(OpsHistory history, ObjectNode fleet) {
    Traffic traffic = metrics.traffic();
    var now = clock.instant();
    long answered = traffic.answered();
    ObjectNode numbers = nothing();
    numbers.put("waiting", admission.waiting());
    numbers.put("inFlight", admission.inFlight());
    numbers.put("arriving", admission.bodies());
    if (fleet.path("queue").has("inFlight")) {
      numbers.set("held", fleet.path("queue").get("inFlight"));
    }
    copy(fleet.path("nodes"), numbers, STATES);
    numbers.put("perSecond", rounded(history.rate(answered, now)));
    traffic
        .latency()
        .ifPresent(
            latency ->
                numbers
                    .put("p50Ms", rounded(latency.p50()))
                    .put("p95Ms", rounded(latency.p95()))
                    .put("p99Ms", rounded(latency.p99())));
    return new OpsHistory.Point(now, answered, traffic.errors(), numbers);
  }

  /**
   * All of it.
   *
   * @param costs the latest answer to what was used, if there is one
   */
  ObjectNode snapshot(OpsHistory history, Optional<JsonNode> costs) {
    boolean leading = leads.getAsBoolean();
    ObjectNode fleet = scaling.fleetJson().get();
    OpsHistory.Point point = point(history, leading ? fleet : nothing());
    ObjectNode json = nothing();
    json.put("at", point.at().truncatedTo(ChronoUnit.MILLIS).toString());
    json.put("webNode", name).put("leads", leading);
    json.set("now", point.numbers());
    json.put("answered", point.answered());
    json.put("windowSeconds", Traffic.WINDOW.toSeconds());
    copy(fleet, json, List.of("decisions"));
    if (leading) {
      copy(fleet, json, List.of("nodes", "list", "unlisted", "queue"));
      json.put("deadLetters", metrics.deadLettersKept());
    }
    putErrors(json.putArray("errors"), point.errors(), history.errorsBefore());
    costs.ifPresent(told -> putCosts(json.putObject("costs"), told));
    return json;
  }

  private static void putErrors(
      ArrayNode json, Map<ErrorClass, Long> errors, Map<ErrorClass, Long> before) {
    errors.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(
            entry ->
                json.addObject()
                    .put("place", entry.getKey().place().name().toLowerCase(Locale.ROOT))
                    .put("name", entry.getKey().name())
                    .put("recent", entry.getValue() - before.getOrDefault(entry.getKey(), 0L))
                    .put("total", entry.getValue()));
  }

  private static void putCosts(ObjectNode json, JsonNode told) {
    copy(told, json, COSTS);
    copy(told.path("prices"), json.putObject("prices"), List.of("date", "region"));
  }

  private static void copy(JsonNode from, ObjectNode to, List<String> names) {
    for (String name : names) {
      if (from.has(name)) {
        to.set(name, from.get(name));
      }
    }
  }

  private static BigDecimal rounded(double value) {
    return BigDecimal.valueOf(value).setScale(2, RoundingMode.HALF_UP);
  }
}
