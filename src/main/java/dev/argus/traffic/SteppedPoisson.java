package dev.argus.traffic;

import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.distribution.ContinuousSampler;
import org.apache.commons.rng.sampling.distribution.ZigguratSampler;

/**
 * A Poisson process whose rate changes in steps.
 *
 * <p>The area under the rate between two arrivals is exponentially distributed with mean 1, which
 * makes it exact, whatever the steps are.
 */
final class SteppedPoisson implements DoubleSupplier {
  /** So many seconds at this rate. */
  record Step(double seconds, double perSecond) {}

  private final ContinuousSampler areas;
  private final Supplier<Step> steps;
  private final double seconds;
  private double now;
  private double stepEnd;
  private double perSecond;

  /**
   * A process that ends.
   *
   * @param steps one after the other, endless
   * @param seconds after which there is nothing
   */
  SteppedPoisson(UniformRandomProvider random, Supplier<Step> steps, double seconds) {
    this.areas = ZigguratSampler.Exponential.of(random);
    this.steps = steps;
    this.seconds = seconds;
  }

  @Override
  public double getAsDouble() {
    double area = areas.sample();
    while (area >= (stepEnd - now) * perSecond) {
      if (stepEnd >= seconds) {
        return Double.POSITIVE_INFINITY;
      }
      area -= (stepEnd - now) * perSecond;
      now = stepEnd;
      Step step = steps.get();
      stepEnd += step.seconds();
      perSecond = step.perSecond();
    }
    now += area / perSecond;
    return now;
  }
}
