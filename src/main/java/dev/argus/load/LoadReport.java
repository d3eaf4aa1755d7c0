package dev.argus.load;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What came of a run of the {@link LoadGenerator}, without its warm-up.
 *
 * @param requests photos sent
 * @param answered photos that were recognised, rightly or not
 * @param statuses the last HTTP status of each photo that got one, and how many got it
 * @param failures the reasons of all others, and how many; at most 20 and "other reasons"
 * @param retries times that a photo was sent again after 429 or 503
 * @param bytesSent bytes of photos sent, retries included, forms and headers not
 * @param elapsed from the end of the warm-up to the last result
 * @param latency of the recognised photos
 * @param checks whether the answers belong to their photos and are right
 * @param mistakes the first 20 wrong labels
 * @param pacing how well the generator kept to its plan
 * @param timeline when it happened, warm-up included
 * @param distribution of the latencies, from 0 to 100 %
 * @param breaches of the thresholds, in words
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
    List<Mistake> mistakes,
    Pacing pacing,
    List<Interval> timeline,
    List<Point> distribution,
    List<String> breaches) {

  /**
   * Within a thousandth. In a closed loop from a photo's first byte sent to its answer, waits for
   * retries included; in an open loop from the time when the photo was to be sent, so that a slow
   * answer does not hide how long those behind it would have waited (no coordinated omission).
   */
  public record Latency(
      Duration mean,
      Duration p50,
      Duration p90,
      Duration p95,
      Duration p99,
      Duration p999,
      Duration max) {}

  /**
   * @param right answers whose best label is one of the expected ones
   * @param wrong answers whose best label is another
   * @param unknown answers to photos of which no label is expected
   * @param misnamed answers, those of the warm-up included, that name another photo than the one
   *     that was sent
   * @param duplicates answers, those of the warm-up included, with an id that one of the 200,000
   *     answers before had too
   */
  public record Checks(int right, int wrong, int unknown, int misnamed, int duplicates) {}

  /** A wrong label. */
  public record Mistake(String photo, List<String> expected, String found) {}

  /**
   * @param open whether photos came at times of their own
   * @param warmUp photos that were sent and not counted
   * @param notSent photos of an open loop whose time came when too many were under way
   * @param maxLag how late the generator itself sent a photo, at most: if that is much, the machine
   *     it runs on is too slow for the load. It is part of the latencies
   */
  public record Pacing(boolean open, int warmUp, int notSent, Duration maxLag) {}

  /**
   * A part of the run.
   *
   * @param start since the start of the run
   * @param offered photos whose time came in it
   * @param answered photos that were recognised in it
   * @param failed photos that failed in it, or could not be sent
   */
  public record Interval(
      Duration start,
      Duration length,
      long offered,
      long answered,
      long failed,
      Duration p50,
      Duration p90,
      Duration p99,
      Duration max) {}

  /** So many percent of the recognised photos took so long at most. */
  public record Point(double percent, Duration latency) {}

  public LoadReport {
    statuses = Collections.unmodifiableSortedMap(new TreeMap<>(statuses));
    failures = Collections.unmodifiableSortedMap(new TreeMap<>(failures));
    mistakes = List.copyOf(mistakes);
    timeline = List.copyOf(timeline);
    distribution = List.copyOf(distribution);
    breaches = List.copyOf(breaches);
  }

  /** Photos that were not recognised although they were sent. */
  public int failed() {
    return requests - answered;
  }

  /** Photos whose time came, sent or not. */
  public int offered() {
    return requests + pacing.notSent();
  }

  /** Photos that failed, were not sent, or were recognised wrongly. */
  public int errors() {
    return failed() + pacing.notSent() + checks.wrong();
  }

  /** Errors by all photos, 0 to 1. */
  public double errorShare() {
    return offered() == 0 ? 0 : (double) errors() / offered();
  }

  /** Recognised photos per second. */
  public double throughput() {
    double seconds = elapsed.toNanos() / 1e9;
    return seconds == 0 ? 0 : answered / seconds;
  }

  /** Whether every photo was recognised, got its own answer, and none is known to be wrong. */
  public boolean ok() {
    return errors() == 0 && checks.misnamed() == 0 && checks.duplicates() == 0;
  }

  /** Whether the run kept to its thresholds. */
  public boolean passed() {
    return breaches.isEmpty();
  }

  LoadReport judgedBy(Thresholds thresholds) {
    return new LoadReport(
        requests,
        answered,
        statuses,
        failures,
        retries,
        bytesSent,
        elapsed,
        latency,
        checks,
        mistakes,
        pacing,
        timeline,
        distribution,
        thresholds.breaches(this));
  }

  /** For people: a few lines. */
  public String toText() {
    return LoadReportFormat.text(this);
  }

  /** For programs: one JSON object, times in seconds. */
  public String toJson() {
    return LoadReportFormat.json(this).toString();
  }
}
