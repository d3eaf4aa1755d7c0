package dev.argus.aws;

import java.time.Duration;

/**
 * How long it takes until a batch of messages has come, judged by those that came lately.
 *
 * <p>So who waits for company waits no longer than it pays: a moment while much comes, and what is
 * configured while little does. Not for concurrent use.
 */
final class ArrivalPace {
  // The weight of the latest arrival: a burst of ten is noticed, a single pause is not.
  private static final double WEIGHT = 0.2;

  private final Duration longest;
  private double gapNanos;
  private long lastAt;
  private boolean any;

  /**
   * @param longest what is answered at most, and at first
   */
  ArrivalPace(Duration longest) {
    this.longest = longest;
    this.gapNanos = (double) longest.toNanos() / SqsSourceSettings.MAX_BATCH;
  }

  /**
   * @param count messages that came since the last call
   * @param nanos the present time, as of {@link System#nanoTime}
   */
  void arrived(int count, long nanos) {
    if (any) {
      gapNanos += WEIGHT * ((double) (nanos - lastAt) / count - gapNanos);
    }
    any = true;
    lastAt = nanos;
  }

  /** The time in which a full batch comes. */
  Duration untilFull() {
    double nanos = gapNanos * SqsSourceSettings.MAX_BATCH;
    return nanos >= longest.toNanos() ? longest : Duration.ofNanos((long) nanos);
  }
}
