package dev.argus.simulation;

import dev.argus.scaling.Decision;
import java.time.Duration;
import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * What came of a run. Two runs with the same input have equal results.
 *
 * @param photos that came
 * @param latency from each answered photo's arrival to its answer, in microseconds, to three digits
 * @param misses photos that were answered after the deadline or not at all
 * @param unanswered photos that were not answered
 * @param launches that EC2 accepted
 * @param billedInstanceSeconds from RunInstances until the instance began to shut down, 60 each at
 *     least
 * @param cost of those, in USD
 * @param maxNodes that were paid at once
 * @param idleFraction the share of the billed time in which a node that had booted could have
 *     worked and did not
 * @param length until all photos were answered and all nodes gone
 * @param bins the run in equal parts, 501 at most
 * @param decisions the latest to launch nodes, newest first
 */
public record SimulationResult(
    long photos,
    Histogram latency,
    long misses,
    long unanswered,
    long launches,
    long billedInstanceSeconds,
    double cost,
    int maxNodes,
    double idleFraction,
    Duration length,
    List<Bin> bins,
    List<Decision> decisions) {
  private static final double MICROS = 1e6;

  public SimulationResult {
    bins = List.copyOf(bins);
    decisions = List.copyOf(decisions);
  }

  /** The share of photos that missed the deadline; 0 if none came. */
  public double missFraction() {
    return photos == 0 ? 0 : (double) misses / photos;
  }

  /** USD for a thousand photos; 0 if none came. */
  public double costPerThousand() {
    return photos == 0 ? 0 : cost * 1000 / photos;
  }

  /** Seconds in which this percentage of the answered photos had their answers; 0 without any. */
  public double latencySeconds(double percentile) {
    return latency.getTotalCount() == 0 ? 0 : latency.getValueAtPercentile(percentile) / MICROS;
  }
}
