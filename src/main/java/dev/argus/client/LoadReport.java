package dev.argus.client;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What came of a run of the {@link LoadGenerator}.
 *
 * @param requests photos sent
 * @param answered photos that were recognised, rightly or not
 * @param statuses the last HTTP status of each photo that got one, and how many got it
 * @param failures the reasons of all others, and how many; at most 20 and "other reasons"
 * @param retries times that a photo was sent again after 429 or 503
 * @param bytesSent bytes of photos sent, retries included, forms and headers not
 * @param elapsed the whole run
 * @param latency of the recognised photos
 * @param checks whether the answers belong to their photos and are right
 * @param mistakes the first 20 wrong labels
 */
public record LoadReport(
    int requests,
    int answered,
    SortedMap<Integer, Integer> statuses,
    SortedMap<String, Integer> failures,
    int retries,
    long bytesSent,
    Duration elapsed,
    Latency latency,
    Checks checks,
    List<Mistake> mistakes) {

  /** From a photo's first byte sent to its answer, waits for retries included; three digits. */
  public record Latency(Duration p50, Duration p90, Duration p99, Duration max) {}

  /**
   * @param right answers whose best label is one of the expected ones
   * @param wrong answers whose best label is another
   * @param unknown answers to photos of which no label is expected
   * @param misnamed answers that name another photo than the one that was sent
   * @param duplicates answers with an id that another photo's answer had too
   */
  public record Checks(int right, int wrong, int unknown, int misnamed, int duplicates) {}

  /** A wrong label. */
  public record Mistake(String photo, List<String> expected, String found) {}

  public LoadReport {
    statuses = Collections.unmodifiableSortedMap(new TreeMap<>(statuses));
    failures = Collections.unmodifiableSortedMap(new TreeMap<>(failures));
    mistakes = List.copyOf(mistakes);
  }

  /** Photos that were not recognised. */
  public int failed() {
    return requests - answered;
  }

  /** Recognised photos per second. */
  public double throughput() {
    double seconds = elapsed.toNanos() / 1e9;
    return seconds == 0 ? 0 : answered / seconds;
  }

  /** Whether every photo was recognised, got its own answer, and none is known to be wrong. */
  public boolean ok() {
    return failed() == 0
        && checks.wrong() == 0
        && checks.misnamed() == 0
        && checks.duplicates() == 0;
  }

  /** For people: a few lines. */
  public String toText() {
    return LoadReportFormat.text(this);
  }

  /** For programs: one JSON object, times in seconds. */
  public String toJson() {
    return LoadReportFormat.json(this);
  }
}
