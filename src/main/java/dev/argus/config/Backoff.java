package dev.argus.config;

import java.time.Duration;

/**
 * How long to wait after failures: doubled from {@code min} up to {@code max}, the upper half of it
 * random so that callers that failed together do not come back together.
 *
 * <p>Source: "equal jitter" in M. Brooker, "Exponential Backoff and Jitter", AWS Architecture Blog,
 * 2015.
 */
public record Backoff(Duration min, Duration max) {
  // 2^20 times any sensible minimum is past any sensible maximum, and far from an overflow.
  private static final int MAX_DOUBLINGS = 20;

  public Backoff {
    Checks.ordered("min-backoff", min, "max-backoff", max);
  }

  /**
   * The wait after the given number of failures in a row.
   *
   * @param failures 1 or more
   * @param random from 0 to 1, from outside, so that tests and simulations decide
   */
  public Duration after(int failures, double random) {
    long doubled = min.toNanos() << Math.min(Math.max(failures - 1, 0), MAX_DOUBLINGS);
    long whole = Math.min(doubled, max.toNanos());
    return Duration.ofNanos((long) (whole * (0.5 + random / 2)));
  }
}
