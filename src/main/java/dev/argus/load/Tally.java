package dev.argus.load;

import dev.argus.client.Result;
import dev.argus.client.Result.Failed;
import dev.argus.client.Result.GaveUp;
import dev.argus.client.Result.Recognised;
import dev.argus.load.LoadReport.Checks;
import dev.argus.load.LoadReport.Latency;
import dev.argus.load.LoadReport.Mistake;
import dev.argus.load.LoadReport.Pacing;
import dev.argus.load.LoadReport.Point;
import dev.argus.protocol.PhotoId;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * Counts results as they come; for one thread at a time. Times are since the start of the run.
 *
 * <p>What is sent within the warm-up is not counted, but for mix-ups and in the timeline.
 */
final class Tally {
  private static final long MAX_MICROS = TimeUnit.HOURS.toMicros(24);
  private static final int SIGNIFICANT_DIGITS = 3;

  /** Beyond these a report would not be read; the rest is counted only. */
  private static final int MAX_MISTAKES = 20;

  private static final int MAX_REASONS = 20;
  private static final String OTHER = "other reasons";

  /** About 25 MB. */
  private static final int MAX_IDS = 200_000;

  /** Of HdrHistogram: so many points for each halving of what is left to 100 %. */
  private static final int POINTS_PER_HALVING = 5;

  private final ExpectedLabels expected;
  private final Duration warmUp;
  private final boolean open;
  private final Histogram micros = new Histogram(1, MAX_MICROS, SIGNIFICANT_DIGITS);
  private final Timeline timeline = new Timeline();
  private final SortedMap<Integer, Integer> statuses = new TreeMap<>();
  private final SortedMap<String, Integer> failures = new TreeMap<>();
  private final List<Mistake> mistakes = new ArrayList<>();
  private final Set<PhotoId> ids = new LinkedHashSet<>();
  private Duration maxLag = Duration.ZERO;
  private int seen;
  private int seenRecognised;
  private int sent;
  private int warmedUp;
  private int notSent;
  private int answered;
  private int retries;
  private long bytesSent;
  private int right;
  private int wrong;
  private int unknown;
  private int misnamed;
  private int duplicates;

  /**
   * @param open whether the photos came in an open loop
   */
  Tally(ExpectedLabels expected, Duration warmUp, boolean open) {
    this.expected = expected;
    this.warmUp = warmUp;
    this.open = open;
  }

  /** A photo is sent now whose time came at {@code scheduled}. */
  void sending(Duration scheduled, Duration now) {
    timeline.offered(scheduled);
    Duration lag = now.minus(scheduled);
    maxLag = lag.compareTo(maxLag) > 0 ? lag : maxLag;
  }

  /** A photo whose time has come cannot be sent, since too many are under way. */
  void notSent(Duration scheduled) {
    seen++;
    timeline.offered(scheduled);
    timeline.failed(scheduled);
    if (isMeasured(scheduled)) {
      notSent++;
    }
  }

  /** A photo is done whose time came at {@code scheduled}. */
  void add(Result result, Duration scheduled, Duration now) {
    seen++;
    long taken = TimeUnit.NANOSECONDS.toMicros(now.minus(scheduled).toNanos());
    long latencyMicros = Math.max(1, Math.min(taken, MAX_MICROS));
    if (result instanceof Recognised recognised) {
      seenRecognised++;
      timeline.answered(now, latencyMicros);
      identify(recognised.photo().name(), recognised.name(), recognised.id());
    } else {
      timeline.failed(now);
      if (result instanceof Failed failed && failed.id().isPresent()) {
        String name = failed.photo().name();
        identify(name, failed.name().orElse(name), failed.id().get());
      }
    }
    if (isMeasured(scheduled)) {
      count(result, latencyMicros);
    } else {
      warmedUp++;
    }
  }

  private boolean isMeasured(Duration scheduled) {
    return scheduled.compareTo(warmUp) >= 0;
  }

  private void count(Result result, long latencyMicros) {
    sent++;
    int again = result.effort().retries();
    retries += again;
    result.effort().status().ifPresent(status -> statuses.merge(status, 1, Integer::sum));
    // An upload that ends without a response has not been sent whole.
    int whole = result.effort().status().isPresent() ? again + 1 : again;
    bytesSent += result.photo().bytes() * whole;
    if (result instanceof Recognised recognised) {
      answered++;
      micros.recordValue(latencyMicros);
      judge(recognised);
    } else if (result instanceof Failed failed) {
      fail(failed.effort().status().orElse(0) + " " + failed.problem().title());
    } else {
      fail(((GaveUp) result).why());
    }
  }

  private void judge(Recognised recognised) {
    String photo = recognised.photo().name();
    switch (expected.judge(photo, recognised.label())) {
      case RIGHT -> right++;
      case UNKNOWN -> unknown++;
      case WRONG -> {
        wrong++;
        if (mistakes.size() < MAX_MISTAKES) {
          mistakes.add(new Mistake(photo, expected.of(photo), recognised.label()));
        }
      }
    }
  }

  /** An answer must be about the photo that was sent, and no two photos share an answer. */
  private void identify(String sentName, String name, PhotoId id) {
    if (!name.equals(sentName)) {
      misnamed++;
    }
    if (!ids.add(id)) {
      duplicates++;
    } else if (ids.size() > MAX_IDS) {
      ids.remove(ids.iterator().next());
    }
  }

  private void fail(String reason) {
    boolean known = failures.containsKey(reason) || failures.size() < MAX_REASONS;
    failures.merge(known ? reason : OTHER, 1, Integer::sum);
  }

  /** Photos that are done or could not be sent, warm-up included. */
  int completed() {
    return seen;
  }

  /** Those of them that were not recognised. */
  int failed() {
    return seen - seenRecognised;
  }

  /**
   * @param end of the run
   */
  LoadReport report(Duration end) {
    return new LoadReport(
        sent,
        answered,
        statuses,
        failures,
        retries,
        bytesSent,
        end.compareTo(warmUp) > 0 ? end.minus(warmUp) : Duration.ZERO,
        latency(),
        new Checks(right, wrong, unknown, misnamed, duplicates),
        mistakes,
        new Pacing(open, warmedUp, notSent, maxLag),
        timeline.intervals(),
        distribution(),
        List.of());
  }

  private Latency latency() {
    return new Latency(
        Duration.of((long) micros.getMean(), ChronoUnit.MICROS),
        percentile(50),
        percentile(90),
        percentile(95),
        percentile(99),
        percentile(99.9),
        percentile(100));
  }

  private Duration percentile(double percent) {
    return Duration.of(micros.getValueAtPercentile(percent), ChronoUnit.MICROS);
  }

  private List<Point> distribution() {
    List<Point> points = new ArrayList<>();
    if (answered > 0) {
      micros
          .percentiles(POINTS_PER_HALVING)
          .forEach(
              value ->
                  points.add(
                      new Point(
                          value.getPercentileLevelIteratedTo(),
                          Duration.of(value.getValueIteratedTo(), ChronoUnit.MICROS))));
    }
    return points;
  }
}
