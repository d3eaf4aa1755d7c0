package dev.argus.scaling;

import java.time.Duration;

/**
 * The running mean of a measured time, which begins at a configured guess.
 *
 * <p>The guess counts as {@value #PRIOR_SAMPLES} samples. Up to a window of samples each counts
 * alike; from then on old ones fade exponentially (an exponentially weighted moving average with
 * the weight 1 / window), so the estimate follows changes and needs no memory. A mean and not a
 * median, since throughput is what counts: a few large photos among many small ones take their
 * time. One sample counts as at most {@value #OUTLIER} times the estimate, so that one node's
 * hiccup does not launch a fleet; a real change gets through within a few samples.
 *
 * <p>Not thread-safe.
 */
final class RunningEstimate {
  private static final int PRIOR_SAMPLES = 5;
  private static final int OUTLIER = 5;

  private final int window;
  private double nanos;
  private int samples = PRIOR_SAMPLES;

  /**
   * @param window samples, more than the guess counts for
   */
  RunningEstimate(Duration prior, int window) {
    this.window = window;
    this.nanos = prior.toNanos();
  }

  RunningEstimate(RunningEstimate other) {
    this.window = other.window;
    this.nanos = other.nanos;
    this.samples = other.samples;
  }

  /** Counts a sample in; it is not negative. */
  void add(Duration sample) {
    samples = Math.min(samples + 1, window);
    double counted = Math.min(sample.toNanos(), OUTLIER * nanos);
    nanos += (counted - nanos) / samples;
  }

  Duration value() {
    return Duration.ofNanos(Math.max(1, Math.round(nanos)));
  }
}
