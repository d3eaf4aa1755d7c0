package dev.argus.config;

import com.typesafe.config.Config;
import java.time.Duration;

/**
 * The search for photos whose message was lost; {@code argus.web.sweep}.
 *
 * @param idleInterval in place of the interval while nothing is left behind and nothing can be
 * @param grace how old a photo must be before it can count as left behind
 */
public record SweepSettings(
    Duration interval,
    Duration idleInterval,
    Duration grace,
    Duration overtaken,
    int maxListed,
    int maxCandidates,
    int maxDeadLettersCounted) {

  /** One page of S3. More photos than are ever accepted in one millisecond, so a look gets on. */
  private static final int MIN_LISTED = 1000;

  public SweepSettings {
    Checks.positive("web.sweep.interval", interval);
    Checks.ordered("web.sweep.interval", interval, "web.sweep.idle-interval", idleInterval);
    Checks.positive("web.sweep.grace", grace);
    // What the head of the queue has passed must long be in the bucket.
    Checks.ordered(
        "web.sweep.grace, twice", grace.multipliedBy(2), "web.sweep.overtaken", overtaken);
    Checks.atLeast("web.sweep.max-listed", maxListed, MIN_LISTED);
    Checks.atLeast("web.sweep.max-candidates", maxCandidates, 1);
    Checks.atLeast("web.sweep.max-dead-letters-counted", maxDeadLettersCounted, 1);
  }

  /**
   * How old an id is at most when its photo is stored: twice the grace.
   *
   * <p>Whoever stores a photo keeps to it, and the search never passes a photo younger than this.
   */
  public Duration storedWithin() {
    return grace.multipliedBy(2);
  }

  static SweepSettings from(Config c) {
    return new SweepSettings(
        c.getDuration("interval"),
        c.getDuration("idle-interval"),
        c.getDuration("grace"),
        c.getDuration("overtaken"),
        c.getInt("max-listed"),
        c.getInt("max-candidates"),
        c.getInt("max-dead-letters-counted"));
  }
}
