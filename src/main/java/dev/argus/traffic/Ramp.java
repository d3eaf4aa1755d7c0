package dev.argus.traffic;

import java.time.Duration;
import java.util.Iterator;

/**
 * Traffic that grows steadily from nothing to what it is.
 *
 * <p>Time is stretched in the beginning: with the rate growing in proportion to the time, what
 * would come within the first half of {@code length} comes within all of it. A stretched Poisson
 * process is again one, of the rate that grows (Lewis and Shedler, "Simulation of Nonhomogeneous
 * Poisson Processes by Thinning", 1979, section 1).
 *
 * @param full what it grows to
 * @param length until it is that; above zero
 */
public record Ramp(Arrivals full, Duration length) implements Arrivals {
  public Ramp {
    if (length.isNegative() || length.isZero()) {
      throw new IllegalArgumentException("ramp: expected above zero, found " + length);
    }
  }

  @Override
  public Iterator<Duration> times(long seed) {
    Iterator<Duration> times = full.times(seed);
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return times.hasNext();
      }

      @Override
      public Duration next() {
        return stretched(times.next());
      }
    };
  }

  /** The area under the rate is t²/2L in the ramp and t - L/2 after it; this is its inverse. */
  private Duration stretched(Duration time) {
    Duration half = length.dividedBy(2);
    if (time.compareTo(half) >= 0) {
      return time.plus(half);
    }
    return Duration.ofNanos((long) Math.sqrt(2.0 * length.toNanos() * time.toNanos()));
  }
}
