package dev.argus.scaling;

import java.time.Duration;
import java.time.Instant;

/**
 * How long the controller could have heard what nodes say: time that outages leave out and do not
 * reset, so that a dead node is found out in spite of them, if they leave time between.
 *
 * <p>Time counts from one look that worked to the next. After an outage it stands still for a grace
 * of a tenth of the boot timeout, in which nodes say again what they could not. A look that comes
 * later than that after the one before tells of an outage too: this process did not run, and what
 * nodes said meanwhile is not read yet.
 *
 * <p>Not thread-safe.
 */
final class HearingTime {
  private static final int GRACES_PER_BOOT_TIMEOUT = 10;

  private final Duration grace;
  private Duration total = Duration.ZERO;
  private Instant lastLook;
  private Instant countsFrom;

  HearingTime(Duration bootTimeout, Instant now) {
    this.grace = bootTimeout.dividedBy(GRACES_PER_BOOT_TIMEOUT);
    this.lastLook = now;
    this.countsFrom = now;
  }

  /** A look failed. */
  void interrupted(Instant now) {
    lastLook = now;
    countsFrom = now.plus(grace);
  }

  /** A look worked. */
  void looked(Instant now) {
    if (lastLook.plus(grace).isBefore(now)) {
      interrupted(now);
    } else if (countsFrom.isBefore(now)) {
      total = total.plus(Duration.between(countsFrom, now));
      countsFrom = now;
    }
    lastLook = now;
  }

  /** All of it up to the latest look. */
  Duration total() {
    return total;
  }
}
