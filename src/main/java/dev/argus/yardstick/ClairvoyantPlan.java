package dev.argus.yardstick;

import dev.argus.yardstick.FullFleet.BusyPeriod;
import dev.argus.yardstick.Schedule.Up;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Makes a schedule that can be carried out, with all arrivals known; docs/yardstick.md. */
final class ClairvoyantPlan {
  private ClairvoyantPlan() {}

  static Schedule of(Workload work) {
    List<BusyPeriod> periods = FullFleet.busyPeriods(work);
    long forced = periods.stream().mapToLong(BusyPeriod::misses).sum();
    Schedule best = Schedule.play(work, wholeFleet(work, periods));
    Slots slots = Slots.of(work, periods);
    if (slots == null) {
      return best;
    }
    for (int tries = 0; tries < 4; tries++) {
      long earlier = work.service() + (long) (tries * slots.length());
      Schedule plan = Schedule.play(work, nodes(work, periods, slots, earlier));
      if (plan.misses() <= forced && billed(work, plan) <= billed(work, best)) {
        return plan;
      }
    }
    return best;
  }

  static long billed(Workload work, Schedule plan) {
    return plan.nodes().stream().mapToLong(up -> work.billed(up.end() - up.start())).sum();
  }

  private static List<Up> nodes(
      Workload work, List<BusyPeriod> periods, Slots slots, long earlier) {
    double second = 1e6;
    double[] edges = Demand.equalSlots(work, slots.length());
    Demand demand = late(Demand.of(work, periods, edges, earlier), slots, work.maxNodes());
    NodeProgramme.Prices prices =
        new NodeProgramme.Prices(
            work.boot() / second, slots.length() / second, work.minimumBilled() / second);
    int[] counts =
        new NodeProgramme(demand, slots.photos(), false, prices, work.maxNodes()).nodes();
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
        nodes.addAll(java.util.Collections.nCopies(work.maxNodes(), new Up(start, end)));
        start = -1;
      }
      start = start < 0 ? period.start() : start;
      end = period.finish();
    }
    if (start >= 0) {
      nodes.addAll(java.util.Collections.nCopies(work.maxNodes(), new Up(start, end)));
    }
    return nodes;
  }
}
