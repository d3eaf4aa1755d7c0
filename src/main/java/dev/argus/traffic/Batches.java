package dev.argus.traffic;

import java.util.SplittableRandom;
import java.util.function.DoubleSupplier;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.distribution.ContinuousSampler;

/** A compound Poisson process: batches at random times, all photos of one at once. */
final class Batches implements DoubleSupplier {
  /** Mean seconds between batches, unless even batches of one photo would be rarer; our choice. */
  private static final double EVERY = 30 * 60;

  /** Coefficient of variation of the sizes; our choice. */
  private static final double VARIATION = 1;

  private final UniformRandomProvider fractions;
  private final ContinuousSampler gaps;
  private final ContinuousSampler sizes;
  private double now;
  private long left;

  /** The length does not matter: nothing changes over it. */
  Batches(SplittableRandom random, double perSecond, double seconds) {
    double every = Math.max(EVERY, 1 / perSecond);
    this.gaps = Samplers.exponential(Samplers.stream(random), every);
    this.sizes = Samplers.logNormal(Samplers.stream(random), perSecond * every, VARIATION);
    this.fractions = Samplers.stream(random);
  }

  @Override
  public double getAsDouble() {
    while (left == 0) {
      now += gaps.sample();
      // Rounded up as often as the fraction says, which keeps the mean; a batch may be empty.
      left = (long) (sizes.sample() + fractions.nextDouble());
    }
    left--;
    return now;
  }
}
