package dev.argus.yardstick;

import java.util.Arrays;
import java.util.List;

/**
 * How many photos must and can be answered by each edge of the slots, for a schedule that misses no
 * more than the {@link FullFleet}.
 *
 * @param edges of the slots, in microseconds, ascending
 * @param least answered by each edge, for their deadlines
 * @param most answered by each edge, for their arrivals
 */
record Demand(double[] edges, long[] least, long[] most) {
  /**
   * @param earlier by how much deadlines are taken to be earlier, in microseconds
   */
  static Demand of(
      Workload work, List<FullFleet.BusyPeriod> periods, double[] edges, long earlier) {
    long[] arrivals = work.arrivals();
    int photos = arrivals.length;
    long[] least = new long[edges.length];
    long[] most = new long[edges.length];
    int due = 0;
    int come = 0;
    int dueIn = 0;
    int comeIn = 0;
    long missedDue = 0;
    long missedCome = 0;
    for (int k = 0; k < edges.length; k++) {
      double edge = edges[k];
      while (come < photos && arrivals[come] < edge) {
        come++;
        if (come == periods.get(comeIn).end()) {
          missedCome += periods.get(comeIn++).misses();
        }
      }
      while (due < photos && arrivals[due] + work.deadline() - earlier <= edge) {
        due++;
        if (due == periods.get(dueIn).end()) {
          missedDue += periods.get(dueIn++).misses();
        }
      }
      long missable = missedDue;
      if (dueIn < periods.size()) {
        FullFleet.BusyPeriod period = periods.get(dueIn);
        missable += Math.min(period.misses(), due - period.first());
      }
      least[k] = due - missable;
      most[k] = come - missedCome;
    }
    return new Demand(edges, least, most);
  }

  /** Edges of equal slots from the first arrival until after the last deadline. */
  static double[] equalSlots(Workload work, double slot) {
    long[] arrivals = work.arrivals();
    double length = arrivals[arrivals.length - 1] - arrivals[0] + work.deadline();
    double[] edges = new double[(int) Math.ceil(length / slot) + 2];
    Arrays.setAll(edges, k -> arrivals[0] + k * slot);
    return edges;
  }

  int slots() {
    return least.length - 1;
  }
}
