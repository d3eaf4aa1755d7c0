package dev.argus.load;

import dev.argus.config.InvalidSettingException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a run must keep to, or it has not passed.
 *
 * @param maxP99 99 % of the recognised photos must not take longer
 * @param maxErrors the share of photos, 0 to 1, that may fail, not be sent or be recognised wrongly
 */
public record Thresholds(Optional<Duration> maxP99, double maxErrors) {
  public Thresholds {
    if (maxP99.isPresent() && (maxP99.get().isNegative() || maxP99.get().isZero())) {
      throw new InvalidSettingException(
          "load: greatest p99: expected above zero, found " + maxP99.get());
    }
    if (!(maxErrors >= 0 && maxErrors <= 1)) {
      throw new InvalidSettingException(
          "load: greatest share of errors: expected 0 to 1, found " + maxErrors);
    }
  }

  /** No error at all, however long it takes. */
  public static Thresholds none() {
    return new Thresholds(Optional.empty(), 0);
  }

  /** What was not kept to, in words; empty if the run has passed. */
  List<String> breaches(LoadReport report) {
    List<String> breaches = new ArrayList<>();
    if (report.offered() == 0) {
      breaches.add("no photo was measured; the run was over within its warm-up");
    }
    if (report.errorShare() > maxErrors) {
      breaches.add(
          String.format(
              Locale.ROOT,
              "%d of %d photos failed, were not sent or were wrong: %.2f %%, allowed is %.2f %%",
              report.errors(),
              report.offered(),
              100 * report.errorShare(),
              100 * maxErrors));
    }
    if (report.checks().misnamed() + report.checks().duplicates() > 0) {
      breaches.add("answers were mixed up");
    }
    if (maxP99.isPresent() && report.offered() > 0 && report.answered() == 0) {
      breaches.add("no photo was recognised, so there is no p99");
    }
    maxP99
        .filter(max -> report.latency().p99().compareTo(max) > 0)
        .ifPresent(
            max ->
                breaches.add(
                    String.format(
                        Locale.ROOT,
                        "p99 is %.3f s, allowed is %.3f s",
                        report.latency().p99().toNanos() / 1e9,
                        max.toNanos() / 1e9)));
    return breaches;
  }
}
