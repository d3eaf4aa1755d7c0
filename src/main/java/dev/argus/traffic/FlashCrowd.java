package dev.argus.traffic;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.DoubleSupplier;

/**
 * A Poisson process of a steady rate but for crowds, one in each period: it rises in a line, stays,
 * and fades exponentially.
 *
 * <p>The three phases are those of Ari et al. (2003); that a crowd's largest rise is within minutes
 * is from Bodik et al. (2010); the numbers are our choice.
 */
final class FlashCrowd implements DoubleSupplier {
  /** Times the rate outside of crowds. */
  static final double PEAK = 30;

  static final double PERIOD = 8 * 3600;
  private static final double RISE = 120;
  private static final double STAY = 300;
  private static final double FADE = 900;
  private static final double STEP = 10;

  /** Within the first half of each period, so that a crowd is gone when the next one may come. */
  private final double[] starts;

  private final SteppedPoisson process;

  FlashCrowd(SplittableRandom random, double perSecond, double seconds) {
    SplittableRandom crowds = random.split();
    this.starts = new double[(int) Math.ceil(seconds / PERIOD)]; // at most 1,098
    Arrays.setAll(
        starts, i -> i * PERIOD + crowds.nextDouble() * Math.min(PERIOD, seconds - i * PERIOD) / 2);
    this.process =
        new SteppedPoisson(
            Samplers.stream(random), new Wave(this::weight, STEP, perSecond, seconds), seconds);
  }

  private double weight(double time) {
    int period = (int) Math.min(time / PERIOD, starts.length - 1);
    return 1 + (PEAK - 1) * crowd(time - starts[period]);
  }

  private static double crowd(double age) {
    if (age < 0) {
      return 0;
    }
    return age < RISE ? age / RISE : Math.exp(-Math.max(0, age - RISE - STAY) / FADE);
  }

  @Override
  public double getAsDouble() {
    return process.getAsDouble();
  }
}
