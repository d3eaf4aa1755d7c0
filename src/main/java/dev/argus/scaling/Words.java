package dev.argus.scaling;

import dev.argus.protocol.NodeReport;
import java.time.Duration;
import java.util.Locale;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Numbers as people read them. */
final class Words {
  private Words() {}

  /** A duration in the largest unit that keeps it short: {@code 5.2 ms}, {@code 45 s}. */
  static String of(Duration duration) {
    double millis = duration.toNanos() / 1e6;
    return millis < 1000 ? decimal(millis) + " ms" : decimal(millis / 1000) + " s";
  }

  /** A count with its noun: {@code 1 node}, {@code 2 nodes}. */
  static String count(long number, String noun) {
    return number + " " + noun + (number == 1 ? "" : "s");
  }

  /**
   * What a node reports: its state, then the reason, or how long it and its stages took to boot.
   */
  static String of(NodeReport report) {
    if (report.boot().isEmpty()) {
      return report.state() + (report.reason().isEmpty() ? "" : ": " + report.reason());
    }
    return new TreeMap<>(report.boot())
        .entrySet().stream()
            .map(stage -> stage.getKey().label() + " " + of(stage.getValue()))
            .collect(
                Collectors.joining(
                    ", ",
                    report.state() + ", " + of(report.sinceLaunch()) + " after its launch (",
                    ")"));
  }

  private static String decimal(double value) {
    String text = String.format(Locale.ROOT, "%.1f", value);
    return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
  }
}
