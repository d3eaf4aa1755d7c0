package dev.argus.config;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.DoubleSupplier;

/**
 * Exponential back-off with full jitter: the n-th wait is drawn from {@code [min, min * 2^n]}, at
 * most {@code max}.
 *
 * <p>Source: M. Brooker, "Exponential Backoff and Jitter", AWS Architecture Blog, 2015.
 *
 * @param random 0 to 1, from outside, so that tests decide
 */
public record Backoff(Duration min, Duration max, DoubleSupplier random) {
  private static final int MAX_DOUBLINGS = 30;

  /** A back-off with a jitter of its own. */
  public Backoff(Duration min, Duration max) {
    this(min, max, () -> ThreadLocalRandom.current().nextDouble());
  }

  /** How long to wait after the {@code attempt}-th failure, counted from 1. */
  public Duration after(int attempt) {
    double doubled = min.toNanos() * Math.pow(2, Math.min(Math.max(attempt, 0), MAX_DOUBLINGS));
    double limit = Math.min(doubled, max.toNanos());
    return Duration.ofNanos(
        (long) (min.toNanos() + random.getAsDouble() * (limit - min.toNanos())));
  }
}
