package dev.argus.simulation.rivals;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The Horizontal Pod Autoscaler of Kubernetes for one external metric whose target is an average
 * value, with the behaviour that its documentation calls the default.
 *
 * <p>Its constants are of {@code kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale}
 * and of {@code pkg/apis/autoscaling/v2/defaults.go}; the algorithm is that of {@code
 * pkg/controller/podautoscaler}, {@code replica_calculator.go} and {@code horizontal.go}. It keeps
 * what it recommended within the window.
 */
final class HorizontalPodAutoscaler {
  /** {@code --horizontal-pod-autoscaler-sync-period}: it is asked so often. */
  static final Duration SYNC_PERIOD = Duration.ofSeconds(15);

  /** {@code --horizontal-pod-autoscaler-downscale-stabilization}. */
  static final Duration STABILIZATION = Duration.ofSeconds(300);

  /** {@code --horizontal-pod-autoscaler-tolerance}. */
  private static final double TOLERANCE = 0.1;

  /** Scale-up: the larger of the two in each period. Scale-down may take all in a period. */
  private static final Duration POLICY_PERIOD = Duration.ofSeconds(15);

  private static final int MORE_PODS = 4;
  private static final int MORE_TIMES = 2; // 100 percent more
  private static final int MIN_REPLICAS = 1; // zero is KEDA's matter

  /** A number of replicas at a time. */
  private record At(Duration time, int replicas) {}

  private final double averageValue;
  private final int max;
  private final Duration stabilization;
  private final Deque<At> recommended = new ArrayDeque<>(); // latest last
  private final Deque<At> added = new ArrayDeque<>(); // so many more

  /**
   * @param averageValue what each replica should have of the metric; above zero
   * @param max replicas at most
   * @param stabilization it scales down to the most that it recommended in this time
   */
  HorizontalPodAutoscaler(double averageValue, int max, Duration stabilization) {
    this.averageValue = averageValue;
    this.max = max;
    this.stabilization = stabilization;
  }

  /**
   * The replicas that there should be.
   *
   * @param now never less than the last time
   * @param replicas that there should be so far; it does nothing while there are none
   * @param metric over all of them
   */
  int replicas(Duration now, int replicas, long metric) {
    if (replicas == 0) {
      return 0;
    }
    int stabilized = stabilized(now, replicas, proposal(replicas, metric));
    int next = Math.max(MIN_REPLICAS, Math.min(stabilized, max));
    if (next > replicas) {
      next = Math.min(next, limit(now, replicas));
      added.add(new At(now, next - replicas));
    }
    return next;
  }

  private int proposal(int replicas, long metric) {
    double ratio = metric / (averageValue * replicas);
    return Math.abs(ratio - 1) <= TOLERANCE ? replicas : (int) Math.ceil(metric / averageValue);
  }

  private int stabilized(Duration now, int replicas, int proposal) {
    dropUntil(recommended, now.minus(stabilization));
    int most = recommended.stream().mapToInt(At::replicas).max().orElse(proposal);
    recommended.add(new At(now, proposal));
    return proposal >= replicas ? proposal : Math.max(proposal, most);
  }

  private int limit(Duration now, int replicas) {
    dropUntil(added, now.minus(POLICY_PERIOD));
    int before = replicas - added.stream().mapToInt(At::replicas).sum();
    return Math.max(replicas, Math.max(before + MORE_PODS, before * MORE_TIMES));
  }

  private static void dropUntil(Deque<At> all, Duration time) {
    while (!all.isEmpty() && all.peekFirst().time().compareTo(time) <= 0) {
      all.removeFirst();
    }
  }
}
