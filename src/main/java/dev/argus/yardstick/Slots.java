package dev.argus.yardstick;

import java.util.List;

/**
 * Slots in which a node answers a whole number of photos.
 *
 * @param photos that a node answers in one
 * @param length in microseconds
 */
record Slots(int photos, double length) {
  private static final double SHORTEST = 1_000_000;
  private static final long MOST_STATES = 400_000_000;

  /**
   * About a second, longer when there would be too many states.
   *
   * @return null if a photo alone fills more than half a boot: slots would be too long
   */
  static Slots of(Workload work, List<FullFleet.BusyPeriod> periods) {
    double each = (double) work.service() / work.parallelism();
    int photos = (int) Math.max(1, Math.ceil(SHORTEST / each - 1e-9));
    while (photos > 1 && 2 * photos * each > work.boot()) {
      photos--;
    }
    if (2 * photos * each > work.boot()) {
      return null;
    }
    while (2 * 2 * photos * each <= work.boot()) {
      double length = photos * each;
      int free = (int) Math.max(0, (work.minimumBilled() - work.boot()) / length + 2);
      Demand demand = Demand.of(work, periods, Demand.equalSlots(work, length), 0);
      if (NodeProgramme.states(demand, photos, work.maxNodes(), free) <= MOST_STATES) {
        break;
      }
      photos *= 2;
    }
    return new Slots(photos, photos * each);
  }
}
