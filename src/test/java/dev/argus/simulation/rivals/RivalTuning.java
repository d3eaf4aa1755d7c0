package dev.argus.simulation.rivals;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.argus.simulation.Control;
import dev.argus.simulation.Faults;
import dev.argus.simulation.Simulation;
import dev.argus.simulation.SimulationResult;
import dev.argus.simulation.SimulationSettings;
import dev.argus.traffic.Arrivals;
import dev.argus.traffic.Family;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.slf4j.LoggerFactory;

/**
 * Finds the parameters of {@link Tuned}, and prints what it tried. Not a test: it takes half an
 * hour on one core. docs/rivals.md says how to run it.
 *
 * <p>From the published parameters on, or from others that seem good if they are better, one
 * parameter after the other takes the best of its values, until a whole round changes nothing.
 * Better is who misses no more than the clairvoyant plan and 0.1 percentage points; among these the
 * cheaper, among others the one with fewer misses.
 */
public final class RivalTuning {
  private static final long FIRST_SEED = 1001;
  private static final double TOLERATED_MISSES = 0.001;

  private static final SimulationSettings SETTINGS =
      SimulationSettings.of(
          // A node that leaves is paid until its receive has ended: a short one is fair to all.
          Map.of("ARGUS_WORKER_RECEIVE_WAIT", "2s"),
          Duration.ofHours(4),
          Duration.ofSeconds(45),
          Duration.ofMillis(250),
          Duration.ofSeconds(120),
          19,
          0.1026,
          Faults.none());

  private static final double[][] KEDA_STARTS = {
    {5 / 480.0, 0, 30, 300, 300}, {0.5, 20, 30, 0, 0}, {0.5, 0, 30, 0, 0}
  };
  private static final double[][] KEDA = {
    {0.2, 0.5, 1}, // queue length, by what a node works off in the deadline
    {0, 10, 20}, // activation
    {30, 5}, // polling interval
    {60, 0}, // cooldown
    {300, 0} // stabilization
  };
  private static final double[][] TARGET_TRACKING_STARTS = {{1, 60, 300, 1}, {0.1, 10, 45, 0}};
  private static final double[][] TARGET_TRACKING = {
    {1, 0.5, 0.35, 0.25, 0.2, 0.15, 0.1, 0.05, 0.01}, // acceptable latency, by the deadline
    {60, 10}, // period
    {300, 45}, // warm-up
    {1, 0} // instances at least
  };

  /** What came of the runs of one family with one set of parameters. */
  private record Outcome(double billed, double misses, double planMisses) {
    boolean isTolerable() {
      return misses <= planMisses + TOLERATED_MISSES;
    }

    boolean isBetterThan(Outcome other) {
      if (isTolerable() != other.isTolerable()) {
        return isTolerable();
      }
      return isTolerable() || misses == other.misses
          ? billed < other.billed
          : misses < other.misses;
    }
  }

  private final String rival;
  private final Function<double[], Control> make;
  private final double[][] starts;
  private final double[][] values;
  private final int seeds;
  private final double rate;
  private final Map<String, Outcome> known = new HashMap<>();
  private final Map<Family, Double> planMisses = new HashMap<>();

  private RivalTuning(
      String rival,
      Function<double[], Control> make,
      double[][] starts,
      double[][] values,
      int seeds,
      double rate) {
    this.rival = rival;
    this.make = make;
    this.starts = starts;
    this.values = values;
    this.seeds = seeds;
    this.rate = rate;
  }

  /**
   * Arguments: the rival (keda or target-tracking), how many seeds, the rate, families if not all.
   */
  public static void main(String[] args) {
    ((Logger) LoggerFactory.getLogger("dev.argus")).setLevel(Level.OFF);
    int seeds = Integer.parseInt(args[1]);
    double rate = Double.parseDouble(args[2]);
    Set<String> named = Set.of(Arrays.copyOfRange(args, 3, args.length));
    List<Family> families =
        Stream.of(Family.values())
            .filter(family -> named.isEmpty() || named.contains(family.toString()))
            .toList();
    if (args[0].equals("keda")) {
      new RivalTuning(args[0], it -> new Keda(keda(it)), KEDA_STARTS, KEDA, seeds, rate)
          .tune(families);
    } else {
      new RivalTuning(
              args[0],
              it -> new TargetTrackingGroup(targetTracking(it)),
              TARGET_TRACKING_STARTS,
              TARGET_TRACKING,
              seeds,
              rate)
          .tune(families);
    }
  }

  private static KedaSettings keda(double[] it) {
    return KedaSettings.tuned(
        SETTINGS.argus().scaling(), it[0], (int) it[1], (int) it[2], (int) it[3], (int) it[4]);
  }

  private static TargetTrackingSettings targetTracking(double[] it) {
    return TargetTrackingSettings.tuned(
        SETTINGS.argus().scaling(), it[0], (int) it[1], (int) it[2], (int) it[3]);
  }

  private void tune(List<Family> families) {
    for (Family family : families) {
      double[] tuned = descend(family, start(family));
      System.out.printf("BEST %s %s %s%n", rival, family, Arrays.toString(tuned));
    }
  }

  private double[] start(Family family) {
    double[] best = starts[0];
    for (double[] start : starts) {
      if (outcome(family, start).isBetterThan(outcome(family, best))) {
        best = start;
      }
    }
    return best;
  }

  private double[] descend(Family family, double[] from) {
    double[] best = from;
    boolean better = true;
    while (better) {
      better = false;
      for (int parameter = 0; parameter < values.length; parameter++) {
        for (double value : values[parameter]) {
          double[] tried = best.clone();
          tried[parameter] = value;
          if (outcome(family, tried).isBetterThan(outcome(family, best))) {
            best = tried;
            better = true;
          }
        }
      }
    }
    return best;
  }

  private Outcome outcome(Family family, double[] parameters) {
    String key = family + " " + Arrays.toString(parameters);
    Outcome before = known.get(key);
    if (before == null) {
      before = run(family, parameters);
      known.put(key, before);
      System.out.printf(
          "%s %s: billed %.0f, misses %.5f, plan %.5f%n",
          rival, key, before.billed, before.misses, before.planMisses);
    }
    return before;
  }

  private Outcome run(Family family, double[] parameters) {
    Arrivals arrivals = family.arrivals(rate, SETTINGS.length());
    List<SimulationResult> results =
        seeds()
            .mapToObj(seed -> Simulation.run(SETTINGS, make.apply(parameters), arrivals, seed))
            .toList();
    double photos = results.stream().mapToLong(SimulationResult::photos).sum();
    return new Outcome(
        results.stream().mapToLong(SimulationResult::billedInstanceSeconds).sum(),
        results.stream().mapToLong(SimulationResult::misses).sum() / photos,
        planMisses.computeIfAbsent(
            family, it -> seeds().mapToDouble(seed -> planMisses(arrivals, seed)).sum() / photos));
  }

  private LongStream seeds() {
    return LongStream.range(FIRST_SEED, FIRST_SEED + seeds);
  }

  /**
   * What the clairvoyant plan misses: what the whole fleet misses that is up all along and leaves
   * out each photo that it could not answer in time; see docs/simulation.md.
   */
  private static double planMisses(Arrivals arrivals, long seed) {
    PriorityQueue<Duration> free = new PriorityQueue<>();
    int cores =
        SETTINGS.argus().scaling().maxWorkers() * SETTINGS.argus().scaling().nodeParallelism();
    free.addAll(Collections.nCopies(cores, Duration.ZERO));
    int misses = 0;
    for (Iterator<Duration> times = arrivals.times(seed); times.hasNext(); ) {
      Duration arrival = times.next();
      Duration core = free.peek();
      Duration end = (core.compareTo(arrival) > 0 ? core : arrival).plus(SETTINGS.service().mean());
      if (end.compareTo(arrival.plus(SETTINGS.deadline())) > 0) {
        misses++;
      } else {
        free.remove();
        free.add(end);
      }
    }
    return misses;
  }
}
