package dev.argus.localaws;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Makes the embedded EC2 misbehave as the real one does at times.
 *
 * <p>Set by tests and by code only, at any moment, from any thread. The counts are used up call by
 * call; the delays stay until set again or {@link #reset}.
 */
public final class Ec2Faults {
  private final AtomicInteger throttledCalls = new AtomicInteger();
  private final AtomicInteger launchesWithoutCapacity = new AtomicInteger();
  private final AtomicInteger instancesNeverReady = new AtomicInteger();
  private final AtomicInteger hits = new AtomicInteger();
  private volatile Duration bootDelay = Duration.ZERO;
  private volatile Duration visibilityDelay = Duration.ZERO;

  /** The next calls, whatever they ask, are answered RequestLimitExceeded. */
  public void throttleNextCalls(int count) {
    throttledCalls.set(count);
  }

  /** The next launches are answered InsufficientInstanceCapacity. */
  public void refuseNextLaunches(int count) {
    launchesWithoutCapacity.set(count);
  }

  /** The next instances come up and run, but never run their user data. */
  public void neverReadyNext(int count) {
    instancesNeverReady.set(count);
  }

  /** Instances launched from now on stay pending for this long. */
  public void delayBoots(Duration delay) {
    bootDelay = delay;
  }

  /** Instances launched from now on are unknown to every call but their launch for this long. */
  public void delayVisibility(Duration delay) {
    visibilityDelay = delay;
  }

  /** Behaves again. */
  public void reset() {
    throttledCalls.set(0);
    launchesWithoutCapacity.set(0);
    instancesNeverReady.set(0);
    bootDelay = Duration.ZERO;
    visibilityDelay = Duration.ZERO;
  }

  /** How many calls, launches and boots have been hit by a fault since this was created. */
  public int hits() {
    return hits.get();
  }

  void beforeCall() {
    if (takeOne(throttledCalls)) {
      throw new Ec2Exception(503, "RequestLimitExceeded", "Request limit exceeded.");
    }
  }

  void beforeLaunch(String instanceType) {
    if (takeOne(launchesWithoutCapacity)) {
      throw new Ec2Exception(
          500,
          "InsufficientInstanceCapacity",
          "We currently do not have sufficient "
              + instanceType
              + " capacity in the Availability Zone you requested");
    }
  }

  boolean nextIsNeverReady() {
    return takeOne(instancesNeverReady);
  }

  /** For one boot. */
  Duration takeBootDelay() {
    return counted(bootDelay);
  }

  /** For one launch. */
  Duration takeVisibilityDelay() {
    return counted(visibilityDelay);
  }

  private boolean takeOne(AtomicInteger count) {
    boolean hit = count.getAndUpdate(n -> Math.max(0, n - 1)) > 0;
    if (hit) {
      hits.incrementAndGet();
    }
    return hit;
  }

  private Duration counted(Duration delay) {
    if (!delay.isZero()) {
      hits.incrementAndGet();
    }
    return delay;
  }
}
