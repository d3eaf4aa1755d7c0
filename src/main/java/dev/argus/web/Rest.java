package dev.argus.web;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.BooleanSupplier;

/**
 * Lets who looks after something again and again rest while there is nothing to find: a look at a
 * queue costs money.
 *
 * <p>It rests only after a look that was begun while the cluster was idle and found nothing, at
 * most for {@code longest}, and only as long as the cluster stays idle. Not thread-safe.
 */
final class Rest {
  private final Duration longest;
  private final BooleanSupplier isIdle;
  private final InstantSource clock;
  private Instant lookedAt = Instant.MIN;
  private boolean idleThen;
  private boolean earned;

  Rest(Duration longest, BooleanSupplier isIdle, InstantSource clock) {
    this.longest = longest;
    this.isIdle = isIdle;
    this.clock = clock;
  }

  /** A look begins. */
  void looks() {
    lookedAt = clock.instant();
    idleThen = isIdle.getAsBoolean();
    earned = false;
  }

  /** The look has ended. One that fails has not: it is not followed by rest. */
  void found(boolean something) {
    earned = idleThen && !something;
  }

  /** Whether the next look may wait. */
  boolean isOn() {
    return earned && isIdle.getAsBoolean() && clock.instant().isBefore(lookedAt.plus(longest));
  }
}
