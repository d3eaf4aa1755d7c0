package dev.argus.chaos;

import java.time.Duration;

/**
 * When photos are sent at the earliest, so that a run of a few photos is not over before anything
 * has been killed: most of them are spread over the first kills, the rest follow one at each kill
 * interval.
 *
 * <p>Only until the first kills have hit; a long run never notices it.
 */
record Pace(int photos, Duration killEvery) {
  /** Over so many kill intervals most photos are spread. */
  static final int SPREAD = 4;

  /** From the begin of the run. */
  Duration earliest(int number) {
    int spread = photos - photos / 4;
    Duration window = killEvery.multipliedBy(SPREAD);
    return number < spread
        ? window.multipliedBy(number).dividedBy(spread)
        : window.plus(killEvery.multipliedBy(number - spread));
  }
}
