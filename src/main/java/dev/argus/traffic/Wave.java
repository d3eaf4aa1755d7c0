package dev.argus.traffic;

import dev.argus.traffic.SteppedPoisson.Step;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Supplier;

/**
 * The steps of a rate that follows a curve, scaled so that its mean over the length is what was
 * asked for, be the length whole periods of the curve or not.
 */
final class Wave implements Supplier<Step> {
  private final DoubleUnaryOperator curve;
  private final double step;
  private final double scale;
  private long number;

  /**
   * A curve in steps.
   *
   * @param curve a weight above zero for each time in seconds
   * @param step seconds, each at the weight of its middle
   */
  Wave(DoubleUnaryOperator curve, double step, double perSecond, double seconds) {
    this.curve = curve;
    this.step = step;
    double area = 0;
    for (long i = 0; i * step < seconds; i++) {
      area += weight(i) * Math.min(step, seconds - i * step);
    }
    this.scale = perSecond * seconds / area;
  }

  private double weight(long i) {
    return curve.applyAsDouble((i + 0.5) * step);
  }

  @Override
  public Step get() {
    return new Step(step, scale * weight(number++));
  }
}
