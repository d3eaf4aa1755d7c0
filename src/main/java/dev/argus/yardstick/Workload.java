package dev.argus.yardstick;

/**
 * What a fleet has to do, and the terms on which it does it; all times in microseconds from the
 * start of the run.
 *
 * @param arrivals of each photo, ascending, none below zero; not copied, and never changed
 * @param service of one core for one photo; above zero
 * @param parallelism photos that a node works on at once, each on a core of its own; at least 1
 * @param boot from a launch until the node works; billed
 * @param deadline from a photo's arrival to its answer
 * @param maxNodes alive at once, those that boot included; at least 1
 * @param minimumBilled of each node, however short its life: 60 s on EC2
 */
public record Workload(
    long[] arrivals,
    long service,
    int parallelism,
    long boot,
    long deadline,
    int maxNodes,
    long minimumBilled) {
  private static final long SECOND = 1_000_000;

  public Workload {
    check(service > 0, "service time: expected above zero, found " + service);
    check(parallelism > 0, "parallelism: expected at least 1, found " + parallelism);
    check(boot >= 0, "boot time: expected at least zero, found " + boot);
    check(deadline >= 0, "deadline: expected at least zero, found " + deadline);
    check(maxNodes > 0, "nodes: expected at least 1, found " + maxNodes);
    check(minimumBilled >= 0, "minimum billed: expected at least zero, found " + minimumBilled);
    long before = 0;
    for (long arrival : arrivals) {
      check(arrival >= before, "arrivals: expected ascending from zero, found " + arrival);
      before = arrival;
    }
  }

  /** What a node is billed that works for {@code up} after its boot: whole seconds begun. */
  public long billed(long up) {
    return Math.max(-Math.floorDiv(-(boot + up), SECOND) * SECOND, minimumBilled);
  }

  /** The latest that a photo may be begun. */
  long latestStart(int photo) {
    return arrivals[photo] + deadline - service;
  }

  private static void check(boolean holds, String message) {
    if (!holds) {
      throw new IllegalArgumentException(message);
    }
  }
}
