package dev.argus.traffic;

import java.util.SplittableRandom;
import java.util.function.DoubleSupplier;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.distribution.AhrensDieterMarsagliaTsangGammaSampler;
import org.apache.commons.rng.sampling.distribution.ContinuousSampler;

/** A renewal process with gamma-distributed gaps: a few long ones between many short ones. */
final class GammaRenewal implements DoubleSupplier {
  private static final double MAX_VARIATION = 8;

  private final ContinuousSampler gaps;
  private double next;

  GammaRenewal(SplittableRandom random, double perSecond, double seconds) {
    double variation = variation(random);
    UniformRandomProvider stream = Samplers.stream(random);
    double shape = 1 / (variation * variation);
    double scale = 1 / (perSecond * shape);
    this.gaps = AhrensDieterMarsagliaTsangGammaSampler.of(stream, shape, scale);
    // Who comes at any moment meets a gap that is as much more likely as it is long, which for
    // gamma is gamma again, with a shape of one more, and a uniform part of it is left. Without
    // this the start of every run would have more photos than the rest.
    double met = AhrensDieterMarsagliaTsangGammaSampler.of(stream, shape + 1, scale).sample();
    this.next = stream.nextDouble() * met;
  }

  /** The coefficient of variation of the gaps, 1 (Poisson) to 8, its logarithm evenly spread. */
  static double variation(SplittableRandom random) {
    return Math.pow(MAX_VARIATION, random.split().nextDouble());
  }

  @Override
  public double getAsDouble() {
    double time = next;
    next += gaps.sample();
    return time;
  }
}
