package dev.argus.config;

import com.typesafe.config.Config;
import java.time.Duration;

/** An app node; {@code argus.worker}. */
public record WorkerSettings(
    int maxHeld,
    Duration visibilityTimeout,
    Duration renewInterval,
    Duration receiveWait,
    int aloneFromReceive,
    int maxReceives,
    Duration recogniseLimit,
    int storeParallelism,
    Duration outagePatience,
    Duration minBackoff,
    Duration maxBackoff,
    Duration minimumBilled,
    Duration idleLimit,
    Duration unreachableLimit,
    Duration watchdogInterval,
    Duration busyWindow,
    double busyTarget,
    int minWorkers,
    Duration drainTimeout,
    Duration giveBackTimeout,
    Duration interruptionInterval,
    Duration reportInterval,
    Duration identityPatience) {

  /** The longest visibility timeout that SQS allows, counted from the first receive. */
  public static final Duration MAX_VISIBILITY = Duration.ofHours(12);

  /** The longest wait of one receive that SQS allows. */
  public static final Duration MAX_RECEIVE_WAIT = Duration.ofSeconds(20);

  public WorkerSettings {
    Checks.atLeast("worker.max-held", maxHeld, 1);
    Checks.atMost("worker.visibility-timeout", visibilityTimeout, MAX_VISIBILITY);
    Checks.ordered(
        "worker.renew-interval",
        renewInterval.multipliedBy(2),
        "worker.visibility-timeout",
        visibilityTimeout);
    Checks.atMost("worker.receive-wait", receiveWait, MAX_RECEIVE_WAIT);
    Checks.atLeast("worker.alone-from-receive", aloneFromReceive, 2);
    Checks.atLeast("worker.max-receives", maxReceives, aloneFromReceive);
    Checks.positive("worker.recognise-limit", recogniseLimit);
    Checks.atLeast("worker.store-parallelism", storeParallelism, 1);
    Checks.atMost("worker.outage-patience", outagePatience, MAX_VISIBILITY);
    Checks.ordered("worker.min-backoff", minBackoff, "worker.max-backoff", maxBackoff);
    Checks.positive("worker.minimum-billed", minimumBilled);
    Checks.positive("worker.idle-limit", idleLimit);
    Checks.positive("worker.unreachable-limit", unreachableLimit);
    Checks.positive("worker.watchdog-interval", watchdogInterval);
    Checks.positive("worker.busy-window", busyWindow);
    Checks.within("worker.busy-target", busyTarget, 0.05, 1.0);
    Checks.atLeast("worker.min-workers", minWorkers, 0);
    Checks.ordered(
        "worker.receive-wait plus time to finish",
        receiveWait.multipliedBy(5).dividedBy(4),
        "worker.drain-timeout",
        drainTimeout);
    Checks.positive("worker.give-back-timeout", giveBackTimeout);
    Checks.positive("worker.interruption-interval", interruptionInterval);
    Checks.positive("worker.report-interval", reportInterval);
    Checks.positive("worker.identity-patience", identityPatience);
  }

  static WorkerSettings from(Config c) {
    return new WorkerSettings(
        c.getInt("max-held"),
        c.getDuration("visibility-timeout"),
        c.getDuration("renew-interval"),
        c.getDuration("receive-wait"),
        c.getInt("alone-from-receive"),
        c.getInt("max-receives"),
        c.getDuration("recognise-limit"),
        c.getInt("store-parallelism"),
        c.getDuration("outage-patience"),
        c.getDuration("min-backoff"),
        c.getDuration("max-backoff"),
        c.getDuration("minimum-billed"),
        c.getDuration("idle-limit"),
        c.getDuration("unreachable-limit"),
        c.getDuration("watchdog-interval"),
        c.getDuration("busy-window"),
        c.getDouble("busy-target"),
        c.getInt("min-workers"),
        c.getDuration("drain-timeout"),
        c.getDuration("give-back-timeout"),
        c.getDuration("interruption-interval"),
        c.getDuration("report-interval"),
        c.getDuration("identity-patience"));
  }
}
