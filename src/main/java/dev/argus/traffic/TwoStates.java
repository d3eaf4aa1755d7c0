package dev.argus.traffic;

import dev.argus.traffic.SteppedPoisson.Step;
import java.util.SplittableRandom;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.distribution.ContinuousSampler;
import org.apache.commons.rng.sampling.distribution.ZigguratSampler;

/**
 * The steps of a Markov-modulated Poisson process of two states (MMPP-2): the rate changes between
 * two, after exponentially distributed times. It begins in a state as likely as it is at any time,
 * so its mean is the same throughout.
 *
 * @param calm mean seconds in the first state
 * @param busy mean seconds in the second one
 * @param ratio the rate of the first state by that of the second; 0 for silence, which makes it an
 *     interrupted Poisson process
 */
record TwoStates(double calm, double busy, double ratio) {
  /** The model is that of Heffes and Lucantoni (1986); the numbers are our choice. */
  static final TwoStates CALM_AND_BUSY = new TwoStates(40 * 60, 8 * 60, 0.1);

  /** An hour from visit to visit; five minutes for a visit is our choice. */
  static final TwoStates VISITS = new TwoStates(55 * 60, 5 * 60, 0);

  static DoubleSupplier calmAndBusy(SplittableRandom random, double perSecond, double seconds) {
    return CALM_AND_BUSY.start(random, perSecond, seconds);
  }

  static DoubleSupplier visits(SplittableRandom random, double perSecond, double seconds) {
    return VISITS.start(random, perSecond, seconds);
  }

  /** Share of time in the second state. */
  double busyShare() {
    return busy / (calm + busy);
  }

  /** Rate in the second state for a mean rate of 1. */
  double busyRate() {
    return 1 / (busyShare() + (1 - busyShare()) * ratio);
  }

  private DoubleSupplier start(SplittableRandom random, double perSecond, double seconds) {
    UniformRandomProvider changes = Samplers.stream(random);
    ContinuousSampler times = ZigguratSampler.Exponential.of(changes);
    double rate = perSecond * busyRate();
    Supplier<Step> steps =
        new Supplier<>() {
          private boolean isBusy = changes.nextDouble() < busyShare();

          @Override
          public Step get() {
            Step step =
                isBusy
                    ? new Step(times.sample() * busy, rate)
                    : new Step(times.sample() * calm, rate * ratio);
            isBusy = !isBusy;
            return step;
          }
        };
    return new SteppedPoisson(Samplers.stream(random), steps, seconds);
  }
}
