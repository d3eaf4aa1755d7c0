package dev.argus.traffic;

import dev.argus.traffic.SteppedPoisson.Step;
import java.util.SplittableRandom;
import java.util.function.DoubleSupplier;
import org.apache.commons.rng.sampling.distribution.ContinuousSampler;

/** A Poisson process whose rate is a cosine of the hour times noise; it begins at midnight. */
final class Diurnal implements DoubleSupplier {
  /**
   * A peak of 4 times the trough. All functions of Azure together have about 2 (a constant half);
   * one service varies more than the sum of many.
   */
  private static final double AMPLITUDE = 0.6;

  private static final double DAY = 24 * 3600;
  private static final double PEAK = 14 * 3600;
  private static final double STEP = 300;

  /** Coefficient of variation of the noise; our choice. */
  private static final double NOISE = 0.5;

  private final SteppedPoisson process;

  Diurnal(SplittableRandom random, double perSecond, double seconds) {
    ContinuousSampler noise = Samplers.logNormal(Samplers.stream(random), 1, NOISE);
    Wave wave = new Wave(Diurnal::hours, STEP, perSecond, seconds);
    this.process = new SteppedPoisson(Samplers.stream(random), () -> noisy(wave, noise), seconds);
  }

  private static Step noisy(Wave wave, ContinuousSampler noise) {
    Step step = wave.get();
    return new Step(step.seconds(), step.perSecond() * noise.sample());
  }

  private static double hours(double time) {
    return 1 + AMPLITUDE * Math.cos(2 * Math.PI * (time - PEAK) / DAY);
  }

  @Override
  public double getAsDouble() {
    return process.getAsDouble();
  }
}
