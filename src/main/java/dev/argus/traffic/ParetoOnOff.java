package dev.argus.traffic;

import dev.argus.traffic.SteppedPoisson.Step;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.DoubleSupplier;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.distribution.ContinuousSampler;
import org.apache.commons.rng.sampling.distribution.InverseTransformParetoSampler;

/**
 * A Poisson process whose rate is in proportion to the sources that are on; their times on and off
 * have infinite variance, so the sum is bursty on every time scale.
 *
 * <p>Tail indices are those that Crovella and Bestavros (1997) measured: about 1.2 for transfers
 * and 1.5 for the pauses between them, here the least times of 10 s and 100 s our choice.
 */
final class ParetoOnOff implements DoubleSupplier {
  private static final int SOURCES = 10;
  private static final Times ON = new Times(1.2, 10);
  private static final Times OFF = new Times(1.5, 100);
  private static final double ON_SHARE = ON.mean() / (ON.mean() + OFF.mean());

  /** Pareto-distributed times in seconds. */
  private record Times(double index, double least) {
    double mean() {
      return index * least / (index - 1);
    }

    ContinuousSampler sampler(UniformRandomProvider random) {
      return InverseTransformParetoSampler.of(random, least, index);
    }

    /**
     * What is left of a time when one looks at any moment: a uniform part of one that is as much
     * more likely as it is long, which for Pareto is Pareto again, with an index of one less.
     */
    double rest(UniformRandomProvider random) {
      double whole = InverseTransformParetoSampler.of(random, least, index - 1).sample();
      return random.nextDouble() * whole;
    }
  }

  private final SteppedPoisson process;
  private final ContinuousSampler on;
  private final ContinuousSampler off;
  private final double perSource;
  private final boolean[] isOn = new boolean[SOURCES];
  private final double[] changes = new double[SOURCES];
  private double now;

  ParetoOnOff(SplittableRandom random, double perSecond, double seconds) {
    UniformRandomProvider sources = Samplers.stream(random);
    this.on = ON.sampler(sources);
    this.off = OFF.sampler(sources);
    this.perSource = perSecond / (SOURCES * ON_SHARE);
    for (int i = 0; i < SOURCES; i++) {
      isOn[i] = sources.nextDouble() < ON_SHARE;
      changes[i] = (isOn[i] ? ON : OFF).rest(sources);
    }
    this.process = new SteppedPoisson(Samplers.stream(random), this::step, seconds);
  }

  /** Until the next source changes. */
  private Step step() {
    int active = 0;
    for (int i = 0; i < SOURCES; i++) {
      if (changes[i] <= now) {
        isOn[i] = !isOn[i];
        changes[i] = now + (isOn[i] ? on : off).sample();
      }
      active += isOn[i] ? 1 : 0;
    }
    double next = Arrays.stream(changes).min().orElseThrow();
    Step step = new Step(next - now, active * perSource);
    now = next;
    return step;
  }

  @Override
  public double getAsDouble() {
    return process.getAsDouble();
  }
}
