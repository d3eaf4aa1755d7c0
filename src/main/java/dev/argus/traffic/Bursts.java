package dev.argus.traffic;

import java.time.Duration;
import java.util.Iterator;
import java.util.stream.LongStream;

/**
 * Many photos at once, again and again, the first ones at the start. Endless, and not random.
 *
 * @param size photos of one burst, 1 to 1,000,000
 * @param every from the start of one burst to that of the next
 */
public record Bursts(int size, Duration every) implements Arrivals {
  private static final int MAX_SIZE = 1_000_000;

  public Bursts {
    if (size < 1 || size > MAX_SIZE) {
      throw new IllegalArgumentException("burst: expected 1 to 1,000,000 photos, found " + size);
    }
    if (every.isNegative() || every.isZero()) {
      throw new IllegalArgumentException(
          "time between bursts: expected above zero, found " + every.toSeconds() + " s");
    }
  }

  @Override
  public Iterator<Duration> times(long seed) {
    return LongStream.iterate(0, i -> i + 1).mapToObj(i -> every.multipliedBy(i / size)).iterator();
  }

  @Override
  public String toString() {
    return size + " at once every " + every.toMillis() / 1000.0 + " s";
  }
}
