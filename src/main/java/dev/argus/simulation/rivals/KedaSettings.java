package dev.argus.simulation.rivals;

import dev.argus.config.ScalingSettings;
import java.time.Duration;

/**
 * What one sets on a {@code ScaledObject} with the trigger {@code aws-sqs-queue}.
 *
 * @param queueLength messages for each replica
 * @param activationQueueLength with no more messages than this nothing is started
 * @param pollingInterval KEDA looks this often whether to start or to end all; the autoscaler asks
 *     for the metric by itself
 * @param cooldownPeriod from the last message until all end
 * @param stabilization {@code stabilizationWindowSeconds} of the autoscaler's scale-down
 */
record KedaSettings(
    int queueLength,
    int activationQueueLength,
    Duration pollingInterval,
    Duration cooldownPeriod,
    Duration stabilization) {

  /**
   * The defaults of {@code keda.sh/docs/latest/scalers/aws-sqs} and {@code
   * keda.sh/docs/latest/reference/scaledobject-spec}.
   */
  static final KedaSettings PUBLISHED =
      new KedaSettings(
          5,
          0,
          Duration.ofSeconds(30),
          Duration.ofSeconds(300),
          HorizontalPodAutoscaler.STABILIZATION);

  /**
   * With a queue length that a node works off in this share of the deadline.
   *
   * @param seconds of the polling interval, the cooldown period and the stabilization window
   */
  static KedaSettings tuned(ScalingSettings scaling, double share, int activation, int... seconds) {
    double perNode = TargetTrackingSettings.backlog(scaling, scaling.deadline());
    return new KedaSettings(
        Math.max(1, (int) Math.round(share * perNode)),
        activation,
        Duration.ofSeconds(seconds[0]),
        Duration.ofSeconds(seconds[1]),
        Duration.ofSeconds(seconds[2]));
  }
}
