package dev.argus.scaling;

import dev.argus.config.Backoff;
import java.time.Instant;
import java.util.random.RandomGenerator;

/**
 * When something that failed may be tried again: after a {@link Backoff} for each failure in a row.
 *
 * <p>Attempts that ran side by side count as one: neither the failure nor the success of an attempt
 * that began before the latest failure was known says anything new. Not thread-safe.
 */
final class BackoffTimer {
  private final Backoff backoff;
  private final RandomGenerator random;
  private int failures;
  private Instant failedAt = Instant.MIN;
  private Instant until = Instant.MIN;

  BackoffTimer(Backoff backoff, RandomGenerator random) {
    this.backoff = backoff;
    this.random = random;
  }

  /** An attempt that began at {@code startedAt} has failed. */
  void failed(Instant startedAt, Instant now) {
    if (!startedAt.isAfter(failedAt)) {
      return;
    }
    failures++;
    failedAt = now;
    until = now.plus(backoff.after(failures, random.nextDouble()));
  }

  /** An attempt that began at {@code startedAt} has succeeded. */
  void succeeded(Instant startedAt) {
    if (startedAt.isAfter(failedAt)) {
      failures = 0;
      until = Instant.MIN;
    }
  }

  /** Whether the latest attempt that is known of has failed. */
  boolean isFailing() {
    return failures > 0;
  }

  /** Whether it is too early for the next attempt. */
  boolean holds(Instant now) {
    return now.isBefore(until);
  }

  /** When the next attempt may be made; in the past if nothing failed. */
  Instant until() {
    return until;
  }
}
