package dev.argus.yardstick;

import java.util.List;

/**
 * Slots in which a node answers a whole number of photos.
 *
 * @param photos that a node answers in one
 * @param length in microseconds
 */
record Slots(int photos, double length) {
  /**
   * As short as asked for, longer when there would be too many states.
   *
   * @param shortest in microseconds
   * @param states to be looked at in all slots, at most
   * @return null if slots would have to be longer than half a boot, for a photo alone fills more or
   *     for too many states
   */
  static Slots of(Workload work, List<FullFleet.BusyPeriod> periods, double shortest, long states) {
    double each = (double) work.service() / work.parallelism();
    int photos = (int) Math.max(1, Math.ceil(shortest / each - 1e-9));
    while (photos > 1 && 2 * photos * each > work.boot()) {
      photos--;
    }
    for (; 2 * photos * each <= work.boot(); photos *= 2) {
      double length = photos * each;
      int free = (int) Math.max(0, (work.minimumBilled() - work.boot()) / length + 2);
      Demand demand = Demand.of(work, periods, Demand.equalSlots(work, length), 0);
      if (NodeProgramme.fits(demand, photos, work.maxNodes(), free, states)) {
        return new Slots(photos, length);
      }
    }
    return null;
  }
}
