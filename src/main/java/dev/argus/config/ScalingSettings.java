package dev.argus.config;

import com.typesafe.config.Config;
import java.time.Duration;

/** The controller; {@code argus.scaling}. */
public record ScalingSettings(
    boolean enabled,
    Duration lease,
    String policy,
    int maxWorkers,
    Duration interval,
    Duration idleInterval,
    Duration deadline,
    Duration targetTime,
    Duration bootTime,
    Duration serviceTime,
    int nodeParallelism,
    Duration launchVisibilityTimeout,
    Duration bootTimeout,
    int launchesPerSecond,
    Duration minBackoff,
    Duration maxBackoff,
    int decisionLogSize) {

  public ScalingSettings {
    Checks.within("scaling.lease, in seconds", lease.toSeconds(), 1, 600);
    Checks.matches("scaling.policy", policy, "deadline|backlog|one-per-message");
    Checks.within("scaling.max-workers", maxWorkers, 0, 10_000);
    Checks.ordered("scaling.interval", interval, "scaling.idle-interval", idleInterval);
    Checks.positive("scaling.deadline", deadline);
    Checks.positive("scaling.target-time", targetTime);
    Checks.positive("scaling.boot-time", bootTime);
    Checks.positive("scaling.service-time", serviceTime);
    Checks.atLeast("scaling.node-parallelism", nodeParallelism, 1);
    Checks.positive("scaling.launch-visibility-timeout", launchVisibilityTimeout);
    Checks.ordered("scaling.boot-time", bootTime, "scaling.boot-timeout", bootTimeout);
    // More seldom, and each look would tell of an outage: no dead node would ever be found out.
    Checks.atMost("scaling.interval", interval, bootTimeout.dividedBy(10));
    Checks.within("scaling.launches-per-second", launchesPerSecond, 1, 100);
    Checks.ordered("scaling.min-backoff", minBackoff, "scaling.max-backoff", maxBackoff);
    Checks.within("scaling.decision-log-size", decisionLogSize, 1, 100_000);
  }

  /** Whether the policy tells app nodes how many of them are worth keeping without work. */
  public boolean saysHowManyStay() {
    return policy.equals("deadline");
  }

  static ScalingSettings from(Config c) {
    return new ScalingSettings(
        c.getBoolean("enabled"),
        c.getDuration("lease"),
        c.getString("policy"),
        c.getInt("max-workers"),
        c.getDuration("interval"),
        c.getDuration("idle-interval"),
        c.getDuration("deadline"),
        c.getDuration("target-time"),
        c.getDuration("boot-time"),
        c.getDuration("service-time"),
        c.getInt("node-parallelism"),
        c.getDuration("launch-visibility-timeout"),
        c.getDuration("boot-timeout"),
        c.getInt("launches-per-second"),
        c.getDuration("min-backoff"),
        c.getDuration("max-backoff"),
        c.getInt("decision-log-size"));
  }
}
