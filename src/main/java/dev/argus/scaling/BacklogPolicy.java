package dev.argus.scaling;

import static dev.argus.scaling.Decision.Verdict.ENOUGH;
import static dev.argus.scaling.Decision.Verdict.NO_WORK;

import java.time.Duration;
import java.util.stream.Stream;

/**
 * Launches the fewest nodes that do the waiting work within the target time, boot time included.
 *
 * <p>The measure is core time: {@code work} photos take {@code work * serviceTime}. Within a time
 * {@code t} from now a ready node gives {@code parallelism * t}, a starting one {@code parallelism
 * * (t - remaining)} and a new one {@code parallelism * (t - bootTime)}.
 *
 * <ul>
 *   <li>A starting node's remaining time is the boot time less its age. One that is late is
 *       expected to take as long again as it is late, so that a node that never comes up stops
 *       counting gradually, and a hedge is launched in the end.
 *   <li>The horizon is the target time, but at least {@value #WORTHWHILE_PERCENT} % of the boot
 *       time: a node that is started should work at least a quarter of the time that its start
 *       takes.
 *   <li>Since the horizon lies beyond the boot time, nodes that finish the work before a new one
 *       could be ready are always enough: none is launched that cannot help.
 *   <li>Nodes never outnumber the photos that they could work on: a photo is not shared.
 * </ul>
 *
 * <p>The arithmetic is in whole microseconds, so that deciding again after a launch is exact. It
 * holds for {@link Integer#MAX_VALUE} photos of up to an hour each.
 */
final class BacklogPolicy implements ScalingPolicy {
  private static final int WORTHWHILE_PERCENT = 125;

  @Override
  public Decision decide(Observation seen) {
    int work = seen.work();
    if (work == 0) {
      return Decision.stay(seen, NO_WORK, "no photo waits");
    }
    long boot = micros(seen.bootTime());
    long horizon = horizon(micros(seen.targetTime()), boot);
    long needed = work * Math.max(1, micros(seen.serviceTime()));
    String photos =
        Words.count(work, "photo") + " of " + Words.of(seen.serviceTime()) + " core time each";
    String nodes = seen.ready() + " ready and " + seen.starting() + " starting nodes";

    if (given(seen, boot) >= needed) {
      return Decision.stay(
          seen,
          ENOUGH,
          nodes
              + " do "
              + photos
              + " before a new node could be ready ("
              + Words.of(seen.bootTime())
              + ")");
    }
    String within = Words.of(Duration.ofNanos(horizon * 1000));
    long missing = needed - given(seen, horizon);
    if (missing <= 0) {
      return Decision.stay(seen, ENOUGH, nodes + " do " + photos + " within " + within);
    }
    long each = seen.parallelism() * (horizon - boot);
    long useful = ceilDiv(work, seen.parallelism()) - timely(seen, boot);
    long launch = Math.min(ceilDiv(missing, each), useful);
    if (launch <= 0) {
      return Decision.stay(
          seen, ENOUGH, nodes + " are one for each of " + photos + " already: more would not help");
    }
    return Decision.launch(
        seen,
        launch,
        nodes
            + " cannot do "
            + photos
            + " within "
            + within
            + " (a new node takes "
            + Words.of(seen.bootTime())
            + " to start)");
  }

  private static long horizon(long target, long boot) {
    return Math.max(target, Math.max(boot + 1, boot * WORTHWHILE_PERCENT / 100));
  }

  /** The core time that the nodes that exist give within {@code time} from now. */
  private static long given(Observation seen, long time) {
    long boot = micros(seen.bootTime());
    long starting =
        remaining(seen, boot).mapToLong(remaining -> Math.max(0, time - remaining)).sum();
    return seen.parallelism() * (seen.ready() * time + starting);
  }

  /** How many of the nodes that exist take photos no later than a new one would. */
  private static long timely(Observation seen, long boot) {
    return seen.ready() + remaining(seen, boot).filter(remaining -> remaining <= boot).count();
  }

  private static Stream<Long> remaining(Observation seen, long boot) {
    return Stream.concat(seen.booting().stream(), seen.unseen().stream())
        .map(age -> Math.abs(boot - micros(age)));
  }

  private static long ceilDiv(long dividend, long divisor) {
    return -Math.floorDiv(-dividend, divisor);
  }

  private static long micros(Duration duration) {
    return duration.toNanos() / 1000;
  }
}
