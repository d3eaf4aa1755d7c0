package dev.argus.web;

import java.time.Duration;
import java.util.stream.LongStream;

/** The bounds of the histograms' buckets. */
final class Histograms {
  /** For what a photo meets, from a fast decoding to a cold fleet and the end of all waits. */
  static final Duration[] PHOTO =
      millis(5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 30_000, 60_000, 300_000);

  /** For boots: from a process on this machine to an instance that installs everything. */
  static final Duration[] BOOT =
      millis(
          1000, 2500, 5000, 10_000, 20_000, 30_000, 45_000, 60_000, 90_000, 120_000, 180_000,
          300_000, 600_000);

  /** For photos of a batch. */
  static final double[] BATCH = {1, 2, 5, 10, 20, 50, 100, 200, 500, 1000};

  private Histograms() {}

  private static Duration[] millis(long... bounds) {
    return LongStream.of(bounds).mapToObj(Duration::ofMillis).toArray(Duration[]::new);
  }
}
