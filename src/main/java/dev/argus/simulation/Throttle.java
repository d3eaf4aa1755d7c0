package dev.argus.simulation;

import java.time.Duration;
import java.util.Optional;

/**
 * EC2's limit on RunInstances: a bucket of 5 calls, refilled with 2 a second (EC2 API reference,
 * "Request throttling"). The SDK tries a throttled call again for a few seconds.
 */
final class Throttle {
  private static final double SIZE = 5;
  private static final double PER_SECOND = 2;
  private static final double PATIENCE_SECONDS = 3;

  private final VirtualTime time;
  private double tokens = SIZE;
  private long filledAt;

  Throttle(VirtualTime time) {
    this.time = time;
  }

  /** How long a call made now takes until it goes through; empty if it does not. */
  Optional<Duration> take() {
    tokens = Math.min(SIZE, tokens + (time.nanos() - filledAt) / 1e9 * PER_SECOND);
    filledAt = time.nanos();
    double wait = Math.max(0, (1 - tokens) / PER_SECOND);
    if (wait > PATIENCE_SECONDS) {
      return Optional.empty();
    }
    tokens--;
    return Optional.of(Duration.ofNanos((long) (wait * 1e9)));
  }
}
