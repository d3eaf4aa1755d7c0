package dev.argus.yardstick;

import java.util.List;
import java.util.LongSummaryStatistics;

/**
 * Slots in which a node answers a whole number of photos.
 *
 * @param photos that a node answers in one
 * @param length in microseconds
 */
record Slots(int photos, double length) {
  /** In memory, of 8 bytes each. */
  private static final long MOST_AT_ONCE = 60_000_000;

  /**
   * As short as asked for, longer when there would be too many states.
   *
   * @param shortest in microseconds
   * @param states to be looked at in all slots; four times as many if slots would get too long
   * @param maxNodes that are looked at
   * @return null if slots would have to be longer than half a boot, for a photo alone fills more or
   *     for far too many states
   */
  static Slots of(
      Workload work,
      List<FullFleet.BusyPeriod> periods,
      double shortest,
      long states,
      int maxNodes) {
    double each = (double) work.service() / work.parallelism();
    int photos = (int) Math.max(1, Math.ceil(shortest / each - 1e-9));
    while (photos > 1 && 2 * photos * each > work.boot()) {
      photos--;
    }
    Slots longest = null;
    for (; 2 * photos * each <= work.boot(); photos *= 2) {
      double length = photos * each;
      int free = (int) Math.max(0, (work.minimumBilled() - work.boot()) / length + 2);
      Demand demand = Demand.of(work, periods, Demand.equalSlots(work, length), 0);
      LongSummaryStatistics found =
          NodeProgramme.states(demand, photos, maxNodes, free).summaryStatistics();
      boolean fits = NodeProgramme.edgesKept(demand.slots()) * found.getMax() <= MOST_AT_ONCE;
      longest = fits && found.getSum() <= 4 * states ? new Slots(photos, length) : longest;
      if (fits && found.getSum() <= states) {
        break;
      }
    }
    return longest;
  }
}
