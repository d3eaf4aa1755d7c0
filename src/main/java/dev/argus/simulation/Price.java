package dev.argus.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * What an instance costs, by the hour of the run: on demand always the same; as spot a share of
 * that, which wanders.
 *
 * <p>The logarithm of the spot price goes back to its mean by a tenth in each hour and is pushed
 * off it by a normal deviate of 5 %: since 2017 spot prices move slowly, without bids.
 */
final class Price {
  private static final long HOUR = 3_600_000_000_000L;
  private static final double BACK = 0.9;
  private static final double PUSH = 0.05;

  private final double onDemand;
  private final double share;
  private final boolean spot;
  private final RandomGenerator random;
  private final List<Double> offMean = new ArrayList<>(List.of(0.0)); // in logarithms, by the hour

  /**
   * @param onDemand USD for an hour
   * @param share what spot costs of that on average
   */
  Price(double onDemand, double share, boolean spot, RandomGenerator random) {
    this.onDemand = onDemand;
    this.share = share;
    this.spot = spot;
    this.random = random;
  }

  /** USD for an hour on demand. */
  double onDemand() {
    return onDemand;
  }

  boolean isSpot() {
    return spot;
  }

  /** USD for so many seconds from a time on, each at the price of its hour of the run. */
  double of(long startNanos, long seconds) {
    if (!spot) {
      return seconds * onDemand / 3600;
    }
    double cost = 0;
    long end = startNanos + seconds * 1_000_000_000L;
    for (long from = startNanos; from < end; ) {
      long until = Math.min(end, (from / HOUR + 1) * HOUR);
      cost += (until - from) / (double) HOUR * at((int) (from / HOUR));
      from = until;
    }
    return cost;
  }

  private double at(int hour) {
    while (offMean.size() <= hour) {
      offMean.add(BACK * offMean.get(offMean.size() - 1) + PUSH * random.nextGaussian());
    }
    return onDemand * share * Math.exp(offMean.get(hour));
  }
}
