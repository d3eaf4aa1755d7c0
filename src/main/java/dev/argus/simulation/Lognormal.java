package dev.argus.simulation;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * A lognormal distribution of times, as those of boots and of computing are: never negative, with a
 * longer tail to the right.
 *
 * @param mean above zero
 * @param cv the coefficient of variation, standard deviation by mean: zero or more
 */
public record Lognormal(Duration mean, double cv) {
  public Lognormal {
    if (mean.isNegative() || mean.isZero() || !(cv >= 0)) {
      throw new IllegalArgumentException(
          "expected a mean above zero and a variation of zero or more, found " + mean + ", " + cv);
    }
  }

  /** One time, in nanoseconds. */
  public long nanos(RandomGenerator random) {
    double variance = StrictMath.log1p(cv * cv);
    double exponent = Math.sqrt(variance) * random.nextGaussian() - variance / 2;
    return Math.round(mean.toNanos() * StrictMath.exp(exponent));
  }
}
