package dev.argus.yardstick;

import dev.argus.yardstick.FullFleet.BusyPeriod;
import java.util.List;

/**
 * What every schedule is billed at least that misses no more photos than must be missed.
 *
 * <p>It holds for boots and services that all take their mean, for schedules made with all arrivals
 * known, and for nodes launched before time 0, too; docs/simulation.md has the proof.
 *
 * @param billedNodeMicros the larger of the other two, in whole seconds
 * @param feasibleMisses photos that even the whole fleet, always up, would miss
 * @param linearMicros the bound by linear programmes, or by the work and one boot
 * @param slotMicros the bound by whole nodes in slots; 0 where slots would be too long for it, or
 *     too many their states
 */
public record LowerBound(
    long billedNodeMicros, long feasibleMisses, long linearMicros, long slotMicros) {
  private static final long SECOND = 1_000_000;
  private static final double SHORTEST_SLOT = 500_000;
  private static final long MOST_STATES = 1_500_000_000;
  private static final double TOLERANCE = 1e-9;

  /** Takes seconds to a minute for a day's photos; memory is some hundred MB at most. */
  public static LowerBound of(Workload work) {
    if (work.arrivals().length == 0) {
      return new LowerBound(0, 0, 0, 0);
    }
    List<BusyPeriod> periods = FullFleet.busyPeriods(work);
    long misses = periods.stream().mapToLong(BusyPeriod::misses).sum();
    if (misses == work.arrivals().length) {
      return new LowerBound(0, misses, 0, 0);
    }
    long linear = (long) (new LinearBound(work, periods).seconds() * SECOND);
    long slots = slots(work, periods);
    long larger = Math.max(linear, slots);
    boolean wholeSeconds = work.minimumBilled() % SECOND == 0;
    long bound = wholeSeconds ? (larger + SECOND - 2) / SECOND * SECOND : larger;
    return new LowerBound(bound, misses, linear, slots);
  }

  /** A node touches less than two slots more than it fills: they are taken off its start. */
  private static long slots(Workload work, List<BusyPeriod> periods) {
    Slots slots = Slots.of(work, periods, SHORTEST_SLOT, MOST_STATES, work.maxNodes());
    if (slots == null) {
      return 0;
    }
    double length = slots.length() / SECOND;
    double boot = (double) work.boot() / SECOND;
    double minimum = (double) work.minimumBilled() / SECOND;
    NodeProgramme.Prices prices = new NodeProgramme.Prices(boot - 2 * length, length, minimum);
    Demand demand = Demand.of(work, periods, Demand.equalSlots(work, slots.length()), 0);
    double cost = new NodeProgramme(demand, slots.photos(), true, prices, work.maxNodes()).cost();
    return (long) (cost * (1 - TOLERANCE) * SECOND);
  }
}
