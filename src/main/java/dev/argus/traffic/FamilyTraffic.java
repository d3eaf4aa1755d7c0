package dev.argus.traffic;

import java.time.Duration;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.SplittableRandom;
import java.util.function.DoubleSupplier;

/**
 * Traffic of a {@link Family}, which ends at its length. Made as it is asked for: memory does not
 * grow with the number of photos.
 *
 * @param perSecond the mean rate over the length, in expectation over all seeds; above zero, at
 *     most 100,000
 * @param length above zero, at most 366 days
 */
public record FamilyTraffic(Family family, double perSecond, Duration length) implements Arrivals {
  private static final Duration MAX_LENGTH = Duration.ofDays(366);

  public FamilyTraffic {
    Poisson.checkRate(perSecond);
    if (length.isNegative() || length.isZero() || length.compareTo(MAX_LENGTH) > 0) {
      throw new IllegalArgumentException(
          "length of traffic: expected above zero, at most 366 days, found %s s"
              .formatted(length.toSeconds()));
    }
  }

  @Override
  public Iterator<Duration> times(long seed) {
    DoubleSupplier process =
        family.model().start(new SplittableRandom(seed), perSecond, length.toNanos() / 1e9);
    long end = length.toNanos();
    return new Iterator<>() {
      private long next = (long) (process.getAsDouble() * 1e9);

      @Override
      public boolean hasNext() {
        return next < end;
      }

      @Override
      public Duration next() {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        Duration time = Duration.ofNanos(next);
        next = (long) (process.getAsDouble() * 1e9);
        return time;
      }
    };
  }

  @Override
  public String toString() {
    return "%s traffic of on average %s a second".formatted(family, perSecond);
  }
}
