package dev.argus.localaws;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/**
 * Makes the embedded EC2 misbehave as the real one does at times.
 *
 * <p>Set by tests and by code only, at any moment, from any thread. The counts are used up call by
 * call; the delays stay until set again or {@link #reset}.
 */
public final class Ec2Faults {
  /**
   * What a launch asks for, as far as capacity and quotas go.
   *
   * @param subnet empty for the default
   */
  public record Asked(String instanceType, String subnet, boolean spot) {}

  private record Refusal(String code, Predicate<Asked> which) {}

  private static final String THROTTLED = "RequestLimitExceeded";
  private static final String NO_CAPACITY = "InsufficientInstanceCapacity";

  private final List<Refusal> refusals = new CopyOnWriteArrayList<>();
  private final AtomicInteger lostLaunchAnswers = new AtomicInteger();
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

  /**
   * All launches that ask for this are refused with that code, until {@link #allowLaunches} or
   * {@link #reset}: for lack of machines (InsufficientInstanceCapacity), because of a quota
   * (VcpuLimitExceeded) or throttled (RequestLimitExceeded), say.
   */
  public void refuseLaunches(String code, Predicate<Asked> which) {
    refusals.add(new Refusal(code, which));
  }

  /** There is enough of everything again. */
  public void allowLaunches() {
    refusals.clear();
  }

  /** The next launches start what they should, but are answered InternalError. */
  public void loseNextLaunchAnswers(int count) {
    lostLaunchAnswers.set(count);
  }

  /** The next instances come up and run, but never run their user data. */
  public void neverReadyNext(int count) {
    instancesNeverReady.set(count);
  }

  /** Instances launched from now on stay pending for this long; an hour is as good as for ever. */
  public void delayBoots(Duration delay) {
    bootDelay = delay;
  }

  /** Instances launched from now on are unknown to every call but their launch for this long. */
  public void delayVisibility(Duration delay) {
    visibilityDelay = delay;
  }

  /** Behaves again. */
  public void reset() {
    refusals.clear();
    lostLaunchAnswers.set(0);
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
      throw new Ec2Exception(503, THROTTLED, "Request limit exceeded.");
    }
  }

  void beforeLaunch(Launch launch) {
    Asked asked = new Asked(launch.instanceType(), launch.subnetId().orElse(""), launch.spot());
    if (takeOne(launchesWithoutCapacity)) {
      throw refusal(NO_CAPACITY, asked);
    }
    for (Refusal refusal : refusals) {
      if (refusal.which().test(asked)) {
        hits.incrementAndGet();
        throw refusal(refusal.code(), asked);
      }
    }
  }

  private static Ec2Exception refusal(String code, Asked asked) {
    String subnet = asked.subnet().isEmpty() ? "the default subnet" : asked.subnet();
    String market = asked.spot() ? " as spot" : "";
    return new Ec2Exception(
        status(code),
        code,
        "No " + asked.instanceType() + market + " can be had in " + subnet + " now");
  }

  /** EC2 answers a lack of machines as a failure of its own, a quota as the caller's. */
  private static int status(String code) {
    if (code.equals(THROTTLED)) {
      return 503;
    }
    return code.startsWith("Insufficient") && code.endsWith("Capacity") ? 500 : 400;
  }

  void afterLaunch() {
    if (takeOne(lostLaunchAnswers)) {
      throw new Ec2Exception(500, "InternalError", "An internal error has occurred");
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
