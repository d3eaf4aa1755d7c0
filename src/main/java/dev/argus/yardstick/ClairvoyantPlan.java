package dev.argus.yardstick;

import dev.argus.yardstick.FullFleet.BusyPeriod;
import dev.argus.yardstick.Schedule.Up;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * A schedule that can be carried out, made with all arrivals known: what the best one is billed at
 * most. It misses no more photos than must be missed.
 *
 * <p>Its nodes come from a {@link NodeProgramme} that sees each photo a slot late and each deadline
 * earlier. Each node takes the oldest photo that waits, is started as late as they allow, and ends
 * with its last.
 *
 * @param billedNodeMicros of all nodes, from launch to termination
 * @param launches nodes in all, some up to a boot before time 0
 * @param misses photos answered late or never
 * @param idleFraction of what is billed, the share without boots in which nodes could have worked
 *     and did not, cores counted one by one; 0 to 1
 * @param schedule when nodes are up and photos answered
 */
public record ClairvoyantPlan(
    long billedNodeMicros, int launches, long misses, double idleFraction, Schedule schedule) {
  private static final int TRIES = 4;
  private static final double SHORTEST_SLOT = 1_000_000;
  private static final long MOST_STATES = 400_000_000;
  private static final double SECOND = 1e6;

  /** Takes seconds to a minute for a day's photos; memory is some hundred MB at most. */
  public static ClairvoyantPlan of(Workload work) {
    Schedule schedule =
        work.arrivals().length == 0
            ? new Schedule(List.of(), new long[0], new int[0])
            : schedule(work, FullFleet.busyPeriods(work));
    long billed = billed(work, schedule);
    int launches = schedule.nodes().size();
    long misses = schedule.misses();
    double worked =
        (double) (work.arrivals().length - misses) * work.service() / work.parallelism();
    double idle = billed == 0 ? 0 : (billed - launches * work.boot() - worked) / billed;
    return new ClairvoyantPlan(billed, launches, misses, Math.max(0, idle), schedule);
  }

  private static Schedule schedule(Workload work, List<BusyPeriod> periods) {
    long forced = periods.stream().mapToLong(BusyPeriod::misses).sum();
    Schedule best = Schedule.play(work, wholeFleet(work, periods));
    for (int tries = 0; tries < TRIES; tries++) {
      int nodes = tries < TRIES - 1 ? fewNodes(work) : work.maxNodes();
      Slots slots = Slots.of(work, periods, SHORTEST_SLOT, MOST_STATES, nodes);
      if (slots == null) {
        break;
      }
      long earlier = work.service() + (long) (tries * slots.length() / 2);
      Schedule plan =
          Schedule.play(work, nodes(work, periods, slots, earlier, nodes)).startedLate(work);
      if (plan.misses() <= forced && billed(work, plan) <= billed(work, best)) {
        return plan;
      }
    }
    return best;
  }

  private static long billed(Workload work, Schedule plan) {
    return plan.nodes().stream().mapToLong(up -> work.billed(up.end() - up.start())).sum();
  }

  /** Twice what the fullest time of a deadline's length needs, as more are seldom of use. */
  private static int fewNodes(Workload work) {
    long[] arrivals = work.arrivals();
    int most = 0;
    int first = 0;
    for (int i = 0; i < arrivals.length; i++) {
      while (arrivals[first] < arrivals[i] - work.deadline()) {
        first++;
      }
      most = Math.max(most, i - first + 1);
    }
    double load = (double) most * work.service() / work.parallelism() / work.deadline();
    return (int) Math.min(work.maxNodes(), 2 * Math.ceil(load) + 2);
  }

  private static List<Up> nodes(
      Workload work, List<BusyPeriod> periods, Slots slots, long earlier, int maxNodes) {
    double[] edges = Demand.equalSlots(work, slots.length());
    Demand demand = late(Demand.of(work, periods, edges, earlier), slots, maxNodes);
    NodeProgramme.Prices prices =
        new NodeProgramme.Prices(
            work.boot() / SECOND, slots.length() / SECOND, work.minimumBilled() / SECOND);
    int[] counts = new NodeProgramme(demand, slots.photos(), false, prices, maxNodes).nodes();
    for (BusyPeriod period : periods) {
      if (period.misses() > 0) {
        int from = (int) Math.floor((period.start() - edges[0]) / slots.length());
        int to = (int) Math.ceil((period.finish() - edges[0]) / slots.length());
        Arrays.fill(counts, Math.max(0, from), Math.min(counts.length, to), work.maxNodes());
      }
    }
    return layers(work, demand, counts);
  }

  /** A photo can be taken from the slot after its arrival; no more is asked than can be done. */
  private static Demand late(Demand demand, Slots slots, int maxNodes) {
    int edges = demand.most().length;
    long[] most = new long[edges];
    long[] least = new long[edges];
    long possible = 0;
    for (int k = 1; k < edges; k++) {
      most[k] = demand.most()[k - 1];
      possible = Math.min(possible + (long) maxNodes * slots.photos() - slots.photos(), most[k]);
      least[k] = Math.max(0, Math.min(demand.least()[k], possible));
    }
    return new Demand(demand.edges(), least, most);
  }

  /** The i-th node is up when at least i are; a pause shorter than a boot is none. */
  private static List<Up> layers(Workload work, Demand demand, int[] counts) {
    List<Up> nodes = new ArrayList<>();
    int most = Arrays.stream(counts).max().orElse(0);
    for (int layer = 1; layer <= most; layer++) {
      Up last = null;
      for (int k = 0; k < counts.length; k++) {
        if (counts[k] < layer) {
          continue;
        }
        long start = (long) Math.floor(demand.edges()[k]);
        long end = (long) Math.ceil(demand.edges()[k + 1]);
        if (last != null && start - last.end() <= work.boot()) {
          last = new Up(last.start(), end);
        } else {
          if (last != null) {
            nodes.add(last);
          }
          last = new Up(start, end);
        }
      }
      if (last != null) {
        nodes.add(last);
      }
    }
    return nodes;
  }

  private static List<Up> wholeFleet(Workload work, List<BusyPeriod> periods) {
    List<Up> nodes = new ArrayList<>();
    long start = -1;
    long end = -1;
    for (BusyPeriod period : periods) {
      if (start >= 0 && period.start() - end > work.boot()) {
        nodes.addAll(Collections.nCopies(work.maxNodes(), new Up(start, end)));
        start = -1;
      }
      start = start < 0 ? period.start() : start;
      end = period.finish();
    }
    if (start >= 0) {
      nodes.addAll(Collections.nCopies(work.maxNodes(), new Up(start, end)));
    }
    return nodes;
  }
}
