package dev.argus.yardstick;

import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;

/**
 * The whole fleet, always up, that takes photos in order and leaves out those it would answer late:
 * no schedule misses fewer, in all or in any one of its busy periods.
 */
final class FullFleet {
  /**
   * A time in which the fleet has work without a pause.
   *
   * @param first photo that arrives in it
   * @param end the photo after its last
   * @param start its first arrival, in microseconds
   * @param finish its last answer, in microseconds
   * @param misses photos left out
   */
  record BusyPeriod(int first, int end, long start, long finish, int misses) {}

  private FullFleet() {}

  /** All of its busy periods, in order. */
  static List<BusyPeriod> busyPeriods(Workload work) {
    List<BusyPeriod> periods = new ArrayList<>();
    long cores = (long) work.maxNodes() * work.parallelism();
    PriorityQueue<Long> busyUntil = new PriorityQueue<>();
    int first = 0;
    long finish = 0;
    int misses = 0;
    for (int i = 0; i < work.arrivals().length; i++) {
      long arrival = work.arrivals()[i];
      if (i > first && arrival >= finish) {
        periods.add(new BusyPeriod(first, i, work.arrivals()[first], finish, misses));
        first = i;
        misses = 0;
      }
      while (!busyUntil.isEmpty() && busyUntil.peek() <= arrival) {
        busyUntil.remove();
      }
      boolean free = busyUntil.size() < cores;
      long begin = free ? arrival : busyUntil.peek();
      if (begin > work.latestStart(i)) {
        misses++;
        finish = Math.max(finish, arrival);
        continue;
      }
      if (!free) {
        busyUntil.remove();
      }
      busyUntil.add(begin + work.service());
      finish = Math.max(finish, begin + work.service());
    }
    if (first < work.arrivals().length) {
      periods.add(
          new BusyPeriod(first, work.arrivals().length, work.arrivals()[first], finish, misses));
    }
    return periods;
  }
}
