package dev.argus.load;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * What happened when: equal intervals of a second or more, so wide that there are never more than
 * 600. For one thread at a time.
 */
final class Timeline {
  static final int MAX_INTERVALS = 600;

  /** Enough for a chart, and a few kilobytes an interval. */
  private static final int SIGNIFICANT_DIGITS = 2;

  private List<Bucket> buckets = new ArrayList<>();
  private long width = TimeUnit.SECONDS.toNanos(1);

  private static final class Bucket {
    private final Histogram micros = new Histogram(SIGNIFICANT_DIGITS);
    private long offered;
    private long failed;

    Bucket with(Bucket next) {
      micros.add(next.micros);
      offered += next.offered;
      failed += next.failed;
      return this;
    }
  }

  /** A photo came, whether it was sent or not. */
  void offered(Duration sinceStart) {
    at(sinceStart).offered++;
  }

  /** A photo was recognised. */
  void answered(Duration sinceStart, long latencyMicros) {
    at(sinceStart).micros.recordValue(latencyMicros);
  }

  /** A photo failed, or could not be sent. */
  void failed(Duration sinceStart) {
    at(sinceStart).failed++;
  }

  private Bucket at(Duration sinceStart) {
    long nanos = Math.max(0, sinceStart.toNanos());
    while (nanos / width >= MAX_INTERVALS) {
      halve();
    }
    int index = (int) (nanos / width);
    while (buckets.size() <= index) {
      buckets.add(new Bucket());
    }
    return buckets.get(index);
  }

  private void halve() {
    List<Bucket> wider = new ArrayList<>();
    for (int i = 0; i < buckets.size(); i += 2) {
      Bucket first = buckets.get(i);
      wider.add(i + 1 < buckets.size() ? first.with(buckets.get(i + 1)) : first);
    }
    buckets = wider;
    width *= 2;
  }

  List<LoadReport.Interval> intervals() {
    List<LoadReport.Interval> intervals = new ArrayList<>();
    for (int i = 0; i < buckets.size(); i++) {
      Bucket bucket = buckets.get(i);
      intervals.add(
          new LoadReport.Interval(
              Duration.ofNanos(i * width),
              Duration.ofNanos(width),
              bucket.offered,
              bucket.micros.getTotalCount(),
              bucket.failed,
              percentile(bucket, 50),
              percentile(bucket, 90),
              percentile(bucket, 99),
              percentile(bucket, 100)));
    }
    return intervals;
  }

  private static Duration percentile(Bucket bucket, double percent) {
    return Duration.ofNanos(1000 * bucket.micros.getValueAtPercentile(percent));
  }
}
