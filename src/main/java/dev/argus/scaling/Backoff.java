package dev.argus.scaling;

import java.time.Duration;
import java.time.Instant;
import java.util.random.RandomGenerator;

/**
 * When something that failed may be tried again: exponential, with jitter.
 *
 * <p>After the k-th failure in a row the wait is {@code min * 2^(k-1)}, at most {@code max}, of
 * which the second half is random, so that several controllers do not come back together.
 *
 * <p>Attempts that ran side by side count as one: neither the failure nor the success of an attempt
 * that began before the latest failure was known says anything new. Not thread-safe.
 */
final class Backoff {
  private final Duration min;
  private final Duration max;
  private final RandomGenerator random;
  private int failures;
  private Instant failedAt = Instant.MIN;
  private Instant until = Instant.MIN;

  Backoff(Duration min, Duration max, RandomGenerator random) {
    this.min = min;
    this.max = max;
    this.random = random;
  }

  /** An attempt that began at {@code startedAt} has failed. */
  void failed(Instant startedAt, Instant now) {
    if (!startedAt.isAfter(failedAt)) {
      return;
    }
    failures++;
    failedAt = now;
    until = now.plus(jittered(exponential()));
  }

  /** An attempt that began at {@code startedAt} has succeeded. */
  void succeeded(Instant startedAt) {
    if (startedAt.isAfter(failedAt)) {
      failures = 0;
      until = Instant.MIN;
    }
  }

  /** Whether it is too early for the next attempt. */
  boolean holds(Instant now) {
    return now.isBefore(until);
  }

  /** When the next attempt may be made; in the past if nothing failed. */
  Instant until() {
    return until;
  }

  private Duration exponential() {
    // 2^30 of the smallest unit exceeds any maximum that makes sense, and cannot overflow.
    Duration wait = min.multipliedBy(1L << Math.min(failures - 1, 30));
    return wait.compareTo(max) < 0 ? wait : max;
  }

  private Duration jittered(Duration wait) {
    long half = wait.toNanos() / 2;
    return Duration.ofNanos(wait.toNanos() - half + random.nextLong(half + 1));
  }
}
