package dev.argus.load;

import dev.argus.config.InvalidSettingException;
import dev.argus.traffic.Arrivals;
import dev.argus.traffic.FamilyTraffic;
import dev.argus.traffic.Ramp;
import dev.argus.traffic.Trace;
import java.time.Duration;
import java.util.Optional;

/**
 * How many photos are sent, and when.
 *
 * @param arrivals when photos are sent in an open loop: at their times, whatever became of those
 *     before. Empty for a closed loop: each client sends its next photo when its last one is done
 * @param concurrency clients of a closed loop, which is photos under way at once; in an open loop
 *     the most that may be: those that come beyond it are not sent, and counted. 1 to 10,000
 * @param requests photos at most
 * @param duration no photo is sent later than this after the start
 * @param ramp over this time the load grows from nothing to all of it; zero for at once
 * @param warmUp photos that are sent before this time after the start are not counted
 */
public record Workload(
    Optional<Arrivals> arrivals,
    int concurrency,
    int requests,
    Optional<Duration> duration,
    Duration ramp,
    Duration warmUp) {

  public Workload {
    require(requests >= 1, "requests: expected at least 1, found " + requests);
    duration.ifPresent(
        d -> require(!d.isNegative() && !d.isZero(), "duration: expected above zero, found " + d));
    require(!ramp.isNegative(), "ramp: expected at least zero, found " + ramp);
    require(!warmUp.isNegative(), "warm-up: expected at least zero, found " + warmUp);
    require(
        duration.isEmpty() || warmUp.compareTo(duration.get()) < 0,
        "warm-up: expected less than the duration, found " + warmUp);
    require(
        duration.isEmpty() || ramp.compareTo(duration.get()) <= 0,
        "ramp: expected at most the duration, found " + ramp);
    require(
        ramp.isZero() || arrivals.map(Workload::canGrow).orElse(true),
        "ramp: a trace, or a family of traffic, is played as it is; expected none, found " + ramp);
  }

  /** So many clients that send so many photos between them. */
  public static Workload closed(int requests, int concurrency) {
    return new Workload(
        Optional.empty(), concurrency, requests, Optional.empty(), Duration.ZERO, Duration.ZERO);
  }

  /** Photos when their time has come, the ramp considered. */
  Optional<Arrivals> ramped() {
    return arrivals.map(full -> ramp.isZero() ? full : new Ramp(full, ramp));
  }

  /** A ramp stretches time, which these have a course and an end of their own in. */
  private static boolean canGrow(Arrivals arrivals) {
    return !(arrivals instanceof Trace || arrivals instanceof FamilyTraffic);
  }

  /** The loop in words, for whoever reads a report. */
  String describe() {
    String grown = ramp.isZero() ? "" : ", grown over " + ramp.toMillis() / 1000.0 + " s";
    return arrivals
        .map(kind -> "open loop, %s%s, at most %d under way".formatted(kind, grown, concurrency))
        .orElseGet(() -> "closed loop, %d clients%s".formatted(concurrency, grown));
  }

  private static void require(boolean condition, String message) {
    if (!condition) {
      throw new InvalidSettingException("load: " + message);
    }
  }
}
