package dev.argus.simulation.rivals;

/**
 * A target tracking policy of EC2 Auto Scaling: two CloudWatch alarms on one metric, and the
 * capacity in proportion to it.
 *
 * <p>AWS says that a policy scales out in proportion and as fast as it can, rounding up, and scales
 * in only if the metric is well below its target, typically by more than a tenth ({@code
 * docs.aws.amazon.com/autoscaling/application/userguide/target-tracking-scaling-policy-overview.html},
 * {@code .../ec2/userguide/as-scaling-target-tracking.html}). The numbers of datapoints are those
 * of the alarms that it creates. How much it scales in by at once AWS does not say; here it is all
 * that the metric allows.
 */
final class TargetTracking {
  private static final int HIGH_DATAPOINTS = 3;
  private static final int LOW_DATAPOINTS = 15;
  private static final double LOW = 0.9;

  private final double target;
  private final int min;
  private final int max;
  private int high; // the latest datapoints in a row that are
  private int low;

  TargetTracking(double target, int min, int max) {
    this.target = target;
    this.min = min;
    this.max = max;
  }

  /**
   * The capacity that there should be after one more datapoint.
   *
   * @param metric for each instance
   * @param instances by which it was divided
   * @param capacity that there should be so far
   * @param settled whether no instance is warming up: else nothing is scaled in
   */
  int capacity(double metric, int instances, int capacity, boolean settled) {
    high = metric > target ? high + 1 : 0;
    low = metric < LOW * target ? low + 1 : 0;
    int proportional = Math.max(min, (int) Math.min(max, Math.ceil(instances * (metric / target))));
    if (high >= HIGH_DATAPOINTS) {
      return Math.max(capacity, proportional);
    }
    return low >= LOW_DATAPOINTS && settled ? Math.min(capacity, proportional) : capacity;
  }

  /** A datapoint is missing: no alarm goes off. */
  void missing() {
    high = 0;
    low = 0;
  }
}
