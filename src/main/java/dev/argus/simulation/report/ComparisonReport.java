package dev.argus.simulation.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.argus.page.ChartPage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What came of a {@link Comparison}; the same one gives the same text and the same page. */
public final class ComparisonReport {
  /** What can be limited, for the first policy: in each family, and over all of them. */
  public static final List<String> GATE =
      Stream.concat(
              Arrays.stream(Figure.values()).flatMap(ComparisonReport::names),
              Stream.of(ComparisonReport.MEDIAN_RATIO))
          .toList();

  private static final String MEDIAN_RATIO = "medianRatio";
  private static final List<String> SETTINGS =
      List.of("hours", "rate", "boot", "service", "deadline", "maxWorkers", "price", "faults");

  private final Comparison comparison;
  private final List<ObjectNode> runs;

  /** A row for each policy, in it a number of each name for each family. */
  private final ObjectNode[][] cells;

  /**
   * @param runs by family, then by seed, then by policy
   */
  ComparisonReport(Comparison comparison, List<ObjectNode> runs) {
    this.comparison = comparison;
    this.runs = runs;
    this.cells = new ObjectNode[comparison.policies().size()][comparison.families().size()];
    for (int policy = 0; policy < cells.length; policy++) {
      for (int family = 0; family < cells[policy].length; family++) {
        cells[policy][family] = cell(policy, family);
      }
    }
    for (int family = 0; family < comparison.families().size(); family++) {
      compareRivals(family);
    }
  }

  /** The rival may be another one for each seed, so there is no worst of those. */
  private static Stream<String> names(Figure figure) {
    return figure == Figure.RIVAL_RATIO
        ? Stream.of(figure.field())
        : Stream.of(figure.field(), figure.worstField());
  }

  private ObjectNode cell(int policy, int family) {
    ObjectNode cell =
        JsonNodeFactory.instance
            .objectNode()
            .put("policy", comparison.policies().get(policy))
            .put("family", comparison.families().get(family).toString());
    for (Figure figure : Figure.values()) {
      double[] ofSeeds =
          IntStream.range(0, comparison.seeds().size())
              .map(seed -> (family * comparison.seeds().size() + seed) * cells.length + policy)
              .mapToObj(run -> runs.get(run).path(figure.field()))
              .filter(JsonNode::isNumber) // a run without photos has no ratio
              .mapToDouble(JsonNode::asDouble)
              .toArray();
      if (ofSeeds.length > 0) {
        cell.put(figure.field(), figure.sumUp(ofSeeds));
        cell.put(figure.worstField(), Arrays.stream(ofSeeds).max().orElseThrow());
      }
    }
    return cell;
  }

  /** Compares each policy's cost with the least of the others that missed no more. */
  private void compareRivals(int family) {
    for (ObjectNode[] own : cells) {
      double misses = number(own[family], Figure.MISS_FRACTION).orElse(0);
      OptionalDouble least =
          Arrays.stream(cells)
              .filter(row -> row != own)
              .filter(row -> number(row[family], Figure.MISS_FRACTION).orElse(1) <= misses)
              .mapToDouble(row -> number(row[family], Figure.COST).orElse(0))
              .filter(cost -> cost > 0)
              .min();
      if (least.isPresent()) {
        double cost = number(own[family], Figure.COST).orElseThrow();
        own[family].put(Figure.RIVAL_RATIO.field(), cost / least.getAsDouble());
      } else {
        own[family].putNull(Figure.RIVAL_RATIO.field());
      }
    }
  }

  private static OptionalDouble number(JsonNode cell, Figure figure) {
    JsonNode number = cell.path(figure.field());
    return number.isNumber() ? OptionalDouble.of(number.asDouble()) : OptionalDouble.empty();
  }

  /** What the first policy does not keep to, a sentence each. */
  public List<String> breaches(Gate gate) {
    String policy = comparison.policies().get(0);
    List<String> breaches = new ArrayList<>();
    for (ObjectNode cell : cells[0]) {
      String of = "%s, %s: ".formatted(policy, cell.path("family").asText());
      breaches.addAll(
          gate.breaches(of, cell, GATE.stream().filter(it -> !it.equals(MEDIAN_RATIO)).toList()));
    }
    ObjectNode all = JsonNodeFactory.instance.objectNode();
    double[] ratios = row(0, Figure.RATIO_TO_BOUND);
    if (ratios.length == cells[0].length) {
      all.put(MEDIAN_RATIO, Figure.median(ratios));
    }
    breaches.addAll(gate.breaches(policy + ", all families: ", all, List.of(MEDIAN_RATIO)));
    return breaches;
  }

  /** Of all families in which it is known. */
  private double[] row(int policy, Figure figure) {
    return Arrays.stream(cells[policy])
        .flatMapToDouble(cell -> number(cell, figure).stream())
        .toArray();
  }

  /** One JSON object; times in seconds, money in USD. */
  public ObjectNode toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    comparison.policies().forEach(json.putArray("policies")::add);
    comparison.families().forEach(family -> json.withArray("families").add(family.toString()));
    comparison.seeds().forEach(json.putArray("seeds")::add);
    SETTINGS.forEach(name -> json.set(name, runs.get(0).get(name)));
    ArrayNode table = json.putArray("cells");
    Arrays.stream(cells).flatMap(Arrays::stream).forEach(table::add);
    ArrayNode summary = json.putArray("summary");
    for (int policy = 0; policy < cells.length; policy++) {
      ObjectNode of = summary.addObject().put("policy", comparison.policies().get(policy));
      for (Figure figure : Figure.values()) {
        double[] row = row(policy, figure);
        if (row.length > 0) {
          of.putObject(figure.field())
              .put("median", Figure.median(row))
              .put("worst", Arrays.stream(row).max().orElseThrow());
        }
      }
    }
    json.putArray("runs").addAll(runs);
    return json;
  }

  /** Tables, one for each number, a row for each policy and a column for each family. */
  public String toText() {
    return ComparisonText.of(toJson());
  }

  /**
   * The page.
   *
   * @param json this report's, with whatever was added to it
   */
  public static String page(ObjectNode json) throws IOException {
    ObjectNode data = JsonNodeFactory.instance.objectNode();
    data.set("report", json.deepCopy().without("runs"));
    ArrayNode figures = data.putArray("figures");
    for (Figure figure : Figure.values()) {
      figures
          .addObject()
          .put("field", figure.field())
          .put("worstField", figure.worstField())
          .put("title", figure.title())
          .put("summary", figure.summary())
          .put("unit", figure.unit())
          .put("digits", figure.digits());
    }
    return ChartPage.of(ComparisonReport.class, "comparison.html", "argus simulate compare", data);
  }
}
