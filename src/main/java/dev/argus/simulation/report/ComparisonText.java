package dev.argus.simulation.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** A {@link ComparisonReport} for terminals of about a hundred columns. */
final class ComparisonText {
  private static final int WIDTH = 9;

  private final JsonNode report;
  private final int nameWidth;
  private final StringBuilder text = new StringBuilder();

  private ComparisonText(JsonNode report) {
    this.report = report;
    this.nameWidth = strings("policies").stream().mapToInt(String::length).max().orElse(0);
  }

  static String of(JsonNode report) {
    ComparisonText text = new ComparisonText(report);
    text.head();
    for (Figure figure : Figure.values()) {
      text.table(figure, figure.title() + ", " + figure.summary(), figure.field());
      if (figure == Figure.RATIO_TO_BOUND) {
        text.table(figure, figure.title() + ", worst seed", figure.worstField());
      }
    }
    return text.text.toString().stripTrailing();
  }

  private void head() {
    line(
        "%s h at %s photos/s, seeds %s; boot %s s, service %s s, deadline %s s, %d nodes at most,"
            + " faults %s",
        number(report.path("hours").asDouble()),
        number(report.path("rate").asDouble()),
        String.join(", ", strings("seeds")),
        number(report.path("boot").asDouble()),
        number(report.path("service").asDouble()),
        number(report.path("deadline").asDouble()),
        report.path("maxWorkers").asInt(),
        report.path("faults").asText());
  }

  private void table(Figure figure, String title, String field) {
    line("");
    line("%s", title);
    List<String> families = strings("families");
    StringBuilder head = new StringBuilder("  " + " ".repeat(nameWidth));
    families.forEach(family -> head.append(right(family)));
    line("%s", head.append(right("median")).append(right("worst")));
    for (String policy : strings("policies")) {
      StringBuilder row = new StringBuilder("  " + policy);
      row.append(" ".repeat(nameWidth - policy.length()));
      List<Double> known = new ArrayList<>();
      for (String family : families) {
        JsonNode value = cell(policy, family).path(field);
        row.append(right(value.isNumber() ? digits(figure, value.asDouble()) : "-"));
        if (value.isNumber()) {
          known.add(value.asDouble());
        }
      }
      double[] values = known.stream().mapToDouble(Double::doubleValue).toArray();
      boolean any = values.length > 0;
      row.append(right(any ? digits(figure, Figure.median(values)) : "-"));
      row.append(right(any ? digits(figure, known.stream().max(Double::compare).get()) : "-"));
      line("%s", row);
    }
  }

  private JsonNode cell(String policy, String family) {
    return StreamSupport.stream(report.path("cells").spliterator(), false)
        .filter(cell -> cell.path("policy").asText().equals(policy))
        .filter(cell -> cell.path("family").asText().equals(family))
        .findFirst()
        .orElseThrow();
  }

  private static String digits(Figure figure, double value) {
    return String.format(Locale.ROOT, "%." + figure.digits() + "f", value * figure.unit());
  }

  /** Words that are too long move the rest of their row, but never touch. */
  private static String right(String word) {
    return " " + " ".repeat(Math.max(0, WIDTH - 1 - word.length())) + word;
  }

  private List<String> strings(String field) {
    return StreamSupport.stream(report.path(field).spliterator(), false)
        .map(JsonNode::asText)
        .collect(Collectors.toList());
  }

  private static String number(double value) {
    return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
  }

  private void line(String format, Object... values) {
    text.append(String.format(Locale.ROOT, format, values)).append(System.lineSeparator());
  }
}
