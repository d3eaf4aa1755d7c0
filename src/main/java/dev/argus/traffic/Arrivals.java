package dev.argus.traffic;

import java.time.Duration;
import java.util.Iterator;

/**
 * Traffic: when photos come, whatever became of those before.
 *
 * <p>A description without state; the same seed gives the same times.
 */
public interface Arrivals {
  /**
   * The times of all arrivals, from the start and never falling.
   *
   * @param seed of what is random in it
   * @return may be endless; bounded in memory, and not safe for use by several threads
   */
  Iterator<Duration> times(long seed);
}
