package dev.argus.simulation;

import dev.argus.traffic.Arrivals;
import dev.argus.yardstick.ClairvoyantPlan;
import dev.argus.yardstick.LowerBound;
import dev.argus.yardstick.Schedule;
import dev.argus.yardstick.Workload;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;

/**
 * What a fleet would have been billed that knew all arrivals beforehand, and whose boots and
 * services all took their mean; docs/simulation.md has what it is and the proof.
 *
 * @param boundSeconds instance seconds below which no schedule is that misses as few photos as may
 *     be
 * @param planSeconds those of a schedule that can be carried out
 * @param planLaunches of that schedule
 * @param planMissFraction photos that it misses, of all
 * @param planIdleFraction of what it is billed
 * @param planNodes the nodes of that schedule
 */
public record Clairvoyant(
    double boundSeconds,
    double planSeconds,
    int planLaunches,
    double planMissFraction,
    double planIdleFraction,
    List<Node> planNodes) {
  /** More would take minutes, and their arrivals too much memory. */
  private static final long MAX_PHOTOS = 2_000_000;

  private static final double MICROS = 1e6;

  /**
   * A node of the plan; times in seconds since the run began.
   *
   * @param launched before the run, if a photo comes at its beginning
   * @param billed more than it lives, if that is less than what is billed in any case
   */
  public record Node(double launched, double ended, double billed) {
    double billedBy(double time) {
      return time >= ended ? billed : Math.max(0, time - launched);
    }
  }

  public Clairvoyant {
    planNodes = List.copyOf(planNodes);
  }

  /**
   * Instance seconds that the plan is billed until then; what fills a bill up counts at the end.
   */
  public double planSecondsBy(Duration time) {
    double seconds = time.toNanos() / 1e9;
    return planNodes.stream().mapToDouble(node -> node.billedBy(seconds)).sum();
  }

  /** For the same traffic as a run; empty if it is too much to be computed. */
  public static Optional<Clairvoyant> of(
      SimulationSettings settings, Arrivals arrivals, long seed) {
    long[] micros = micros(arrivals.times(seed), settings.length());
    if (micros.length > MAX_PHOTOS) {
      return Optional.empty();
    }
    Workload work =
        new Workload(
            micros,
            micros(settings.service().mean()),
            settings.argus().scaling().nodeParallelism(),
            micros(settings.boot().mean()),
            micros(settings.deadline()),
            settings.argus().scaling().maxWorkers(),
            micros(Duration.ofSeconds(Instance.MIN_BILLED_SECONDS)));
    LowerBound bound = LowerBound.of(work);
    ClairvoyantPlan plan = ClairvoyantPlan.of(work);
    return Optional.of(
        new Clairvoyant(
            bound.billedNodeMicros() / MICROS,
            plan.billedNodeMicros() / MICROS,
            plan.launches(),
            micros.length == 0 ? 0 : (double) plan.misses() / micros.length,
            plan.idleFraction(),
            plan.schedule().nodes().stream().map(up -> node(work, up)).toList()));
  }

  private static Node node(Workload work, Schedule.Up up) {
    return new Node(
        (up.start() - work.boot()) / MICROS,
        up.end() / MICROS,
        work.billed(up.end() - up.start()) / MICROS);
  }

  private static long[] micros(Iterator<Duration> times, Duration length) {
    LongStream.Builder micros = LongStream.builder();
    for (long i = 0; i <= MAX_PHOTOS && times.hasNext(); i++) {
      Duration next = times.next();
      if (next.compareTo(length) >= 0) {
        break;
      }
      micros.add(micros(next));
    }
    return micros.build().toArray();
  }

  private static long micros(Duration time) {
    return time.toNanos() / 1000;
  }
}
