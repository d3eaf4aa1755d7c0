package dev.argus.deploy;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.BooleanSupplier;

/**
 * Looks again and again until something is so, for a bounded time.
 *
 * @param pause lets time pass; a test moves its clock instead
 */
record Poll(InstantSource clock, Pause pause) {
  /** Lets time pass. */
  @FunctionalInterface
  interface Pause {
    void of(Duration time) throws InterruptedException;
  }

  static Poll onSystemTime() {
    return new Poll(InstantSource.system(), time -> Thread.sleep(time.toMillis()));
  }

  /**
   * Looks at once, and then every interval.
   *
   * @return whether it was so before the limit was over
   */
  boolean until(BooleanSupplier done, Duration interval, Duration limit)
      throws InterruptedException {
    Instant end = clock.instant().plus(limit);
    while (!done.getAsBoolean()) {
      if (clock.instant().plus(interval).isAfter(end)) {
        return false;
      }
      pause.of(interval);
    }
    return true;
  }
}
