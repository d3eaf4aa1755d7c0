package dev.argus.traffic;

import java.util.SplittableRandom;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.distribution.ContinuousSampler;
import org.apache.commons.rng.sampling.distribution.LogNormalSampler;
import org.apache.commons.rng.sampling.distribution.ZigguratSampler;

/** Random numbers in the terms of the families. */
final class Samplers {
  private Samplers() {}

  /** A stream of its own, so that what one purpose draws does not shift another. */
  static UniformRandomProvider stream(SplittableRandom random) {
    return random.split()::nextLong;
  }

  static ContinuousSampler exponential(UniformRandomProvider random, double mean) {
    return ZigguratSampler.Exponential.of(random, mean);
  }

  /**
   * Lognormal numbers.
   *
   * @param variation their coefficient of variation: standard deviation by mean
   */
  static ContinuousSampler logNormal(UniformRandomProvider random, double mean, double variation) {
    double variance = Math.log1p(variation * variation);
    return LogNormalSampler.of(
        ZigguratSampler.NormalizedGaussian.of(random),
        Math.log(mean) - variance / 2,
        Math.sqrt(variance));
  }
}
