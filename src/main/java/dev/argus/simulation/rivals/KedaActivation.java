package dev.argus.simulation.rivals;

import java.time.Duration;

/**
 * What KEDA does itself: it takes replicas from none to one and from some to none. All between is
 * the {@link HorizontalPodAutoscaler}'s. After {@code pkg/scaling/executor/scale_scaledobjects.go}
 * of KEDA.
 */
final class KedaActivation {
  private final long threshold;
  private final Duration cooldown;
  private Duration lastActive = Duration.ZERO;

  /**
   * @param threshold with more messages than this the scaler is active
   * @param cooldown from when it was active last until there are no replicas
   */
  KedaActivation(long threshold, Duration cooldown) {
    this.threshold = threshold;
    this.cooldown = cooldown;
  }

  /**
   * The replicas that there should be.
   *
   * @param replicas that there should be so far
   * @param messages visible and in flight
   */
  int replicas(Duration now, int replicas, long messages) {
    if (messages > threshold) {
      lastActive = now;
      return Math.max(1, replicas);
    }
    return lastActive.plus(cooldown).compareTo(now) < 0 ? 0 : replicas;
  }
}
