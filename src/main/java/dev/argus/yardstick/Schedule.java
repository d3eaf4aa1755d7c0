package dev.argus.yardstick;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * When nodes are up, and when each photo is answered if every node takes the oldest one that waits.
 *
 * @param nodes in the order of their starts
 * @param answered of each photo, in microseconds; {@link #NEVER} if it would be late
 */
record Schedule(List<Up> nodes, long[] answered) {
  static final long NEVER = Long.MAX_VALUE;

  /**
   * A node's life without its boot, in microseconds.
   *
   * @param start when it can take its first photo
   * @param end when it is terminated
   */
  record Up(long start, long end) {}

  /** Plays the workload on the nodes, and takes from each the time before its first photo and
   * after its last, and those with none.
   */
  static Schedule play(Workload work, List<Up> nodes) {
    List<Up> ordered = new ArrayList<>(nodes);
    ordered.sort(Comparator.comparingLong(Up::start).thenComparingLong(Up::end));
    Play play = new Play(work, ordered);
    return new Schedule(play.used(), play.answered);
  }

  long misses() {
    long misses = 0;
    for (long time : answered) {
      misses += time == NEVER ? 1 : 0;
    }
    return misses;
  }

  private static final class Play {
    private final Workload work;
    private final List<Up> nodes;
    private final long[] answered;
    private final long[][] busyUntil;
    private final long[] first;
    private final long[] last;
    private final List<Integer> up = new ArrayList<>();
    private int next;

    Play(Workload work, List<Up> nodes) {
      this.work = work;
      this.nodes = nodes;
      answered = new long[work.arrivals().length];
      busyUntil = new long[nodes.size()][];
      first = new long[nodes.size()];
      last = new long[nodes.size()];
      for (int i = 0; i < answered.length; i++) {
        answered[i] = answer(i);
      }
    }

    private long answer(int photo) {
      long arrival = work.arrivals()[photo];
      long latest = work.latestStart(photo);
      while (next < nodes.size() && nodes.get(next).start() <= latest) {
        busyUntil[next] = new long[work.parallelism()];
        first[next] = NEVER;
        up.add(next++);
      }
      up.removeIf(node -> nodes.get(node).end() < arrival + work.service());
      int chosen = -1;
      int chosenCore = 0;
      long begin = latest + 1;
      for (int node : up) {
        Up life = nodes.get(node);
        for (int core = 0; core < work.parallelism(); core++) {
          long free = Math.max(arrival, Math.max(life.start(), busyUntil[node][core]));
          boolean fits = free + work.service() <= life.end();
          boolean longer = chosen >= 0 && free == begin && life.end() > nodes.get(chosen).end();
          if (fits && (free < begin || longer)) {
            begin = free;
            chosen = node;
            chosenCore = core;
          }
        }
      }
      if (chosen < 0) {
        return NEVER;
      }
      busyUntil[chosen][chosenCore] = begin + work.service();
      first[chosen] = Math.min(first[chosen], begin);
      last[chosen] = Math.max(last[chosen], begin + work.service());
      return begin + work.service();
    }

    private List<Up> used() {
      List<Up> used = new ArrayList<>();
      for (int node = 0; node < next; node++) {
        if (last[node] > 0) {
          used.add(new Up(first[node], last[node]));
        }
      }
      used.sort(Comparator.comparingLong(Up::start).thenComparingLong(Up::end));
      return used;
    }
  }
}
