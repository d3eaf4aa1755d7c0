package dev.argus.simulation.rivals;

import dev.argus.config.ScalingSettings;
import java.time.Duration;

/**
 * What one sets on an Auto Scaling group with a target tracking policy on the backlog per instance.
 *
 * @param backlog the target: messages for each instance
 * @param period of the metric and of the alarms on it, 10 s to 60 s
 * @param warmUp nothing is ended until all instances are this old
 * @param min instances at least; with 0 the metric counts no instance as one
 */
record TargetTrackingSettings(double backlog, Duration period, Duration warmUp, int min) {
  private static final Duration PERIOD = Duration.ofSeconds(60);

  /** The warm-up time is the default cooldown unless it is set. */
  private static final Duration WARM_UP = Duration.ofSeconds(300);

  /**
   * The example of {@code docs.aws.amazon.com/autoscaling/ec2/userguide/as-using-sqs-queue.html}:
   * the acceptable backlog is the acceptable latency, here all of the deadline, divided by the
   * average processing time. The group of the examples has one instance at least.
   */
  static TargetTrackingSettings published(ScalingSettings scaling) {
    return new TargetTrackingSettings(backlog(scaling, scaling.deadline()), PERIOD, WARM_UP, 1);
  }

  /**
   * With a share of the deadline as the acceptable latency.
   *
   * @param period in seconds, as {@code warmUp}
   */
  static TargetTrackingSettings tuned(
      ScalingSettings scaling, double share, int period, int warmUp, int min) {
    return new TargetTrackingSettings(
        share * backlog(scaling, scaling.deadline()),
        Duration.ofSeconds(period),
        Duration.ofSeconds(warmUp),
        min);
  }

  /** Photos that a node works off in this time. */
  static double backlog(ScalingSettings scaling, Duration time) {
    return (double) time.toNanos() / scaling.serviceTime().toNanos() * scaling.nodeParallelism();
  }
}
