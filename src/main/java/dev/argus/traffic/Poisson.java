package dev.argus.traffic;

import java.time.Duration;
import java.util.Iterator;
import java.util.SplittableRandom;

/**
 * Many users who know nothing of each other: a Poisson process, so the gaps are exponentially
 * distributed. Endless.
 *
 * @param perSecond the mean rate; above zero, at most 100,000
 */
public record Poisson(double perSecond) implements Arrivals {
  private static final double MAX_RATE = 100_000;

  public Poisson {
    checkRate(perSecond);
  }

  static void checkRate(double perSecond) {
    if (!(perSecond > 0 && perSecond <= MAX_RATE)) {
      throw new IllegalArgumentException(
          "rate: expected above zero, at most 100,000 a second, found " + perSecond);
    }
  }

  @Override
  public Iterator<Duration> times(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    return new Iterator<>() {
      // In nanoseconds a double is exact to less than one for the first 100 days.
      private double nanos;

      @Override
      public boolean hasNext() {
        return true;
      }

      @Override
      public Duration next() {
        nanos += -Math.log(1 - random.nextDouble()) / perSecond * 1e9;
        return Duration.ofNanos((long) nanos);
      }
    };
  }

  @Override
  public String toString() {
    return "on average " + perSecond + " a second at random times";
  }
}
