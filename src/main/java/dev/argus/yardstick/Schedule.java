package dev.argus.yardstick;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * When nodes are up, and when each photo is answered if every node takes the oldest one that waits.
 *
 * @param nodes each with at least one photo
 * @param answered of each photo, in microseconds; {@link #NEVER} if it would be late
 * @param answeredBy the place of the photo's node in {@code nodes}; -1 if it has none
 */
public record Schedule(List<Up> nodes, long[] answered, int[] answeredBy) {
  /** Of a photo that nobody has answered. */
  public static final long NEVER = Long.MAX_VALUE;

  /**
   * A node's life without its boot, in microseconds.
   *
   * @param start when it can take its first photo
   * @param end when it is terminated
   */
  public record Up(long start, long end) {}

  /** Plays the workload; nodes are then up from their first photo to their last. */
  static Schedule play(Workload work, List<Up> nodes) {
    List<Up> ordered = new ArrayList<>(nodes);
    ordered.sort(Comparator.comparingLong(Up::start).thenComparingLong(Up::end));
    return new Play(work, ordered).schedule();
  }

  long misses() {
    long misses = 0;
    for (long time : answered) {
      misses += time == NEVER ? 1 : 0;
    }
    return misses;
  }

  /** The same with each node started as late as it can be and end when it does. */
  Schedule startedLate(Workload work) {
    List<List<Integer>> photos = new ArrayList<>();
    nodes.forEach(node -> photos.add(new ArrayList<>()));
    for (int i = 0; i < answered.length; i++) {
      if (answeredBy[i] >= 0) {
        photos.get(answeredBy[i]).add(i);
      }
    }
    List<Up> late = new ArrayList<>();
    long[] times = answered.clone();
    int cores = work.parallelism();
    for (int node = 0; node < nodes.size(); node++) {
      List<Integer> own = photos.get(node);
      long end = nodes.get(node).end();
      long[] begin = new long[own.size()];
      for (int i = own.size() - 1; i >= 0; i--) {
        long next = i + cores < begin.length ? begin[i + cores] : end;
        begin[i] = Math.min(work.latestStart(own.get(i)), next - work.service());
      }
      long start = begin[0];
      for (int i = 0; i < begin.length; i++) {
        long free = i < cores ? start : times[own.get(i - cores)];
        times[own.get(i)] = Math.max(work.arrivals()[own.get(i)], free) + work.service();
      }
      late.add(new Up(start, end));
    }
    return new Schedule(late, times, answeredBy);
  }

  private static final class Play {
    private final Workload work;
    private final List<Up> nodes;
    private final long[] answered;
    private final int[] answeredBy;
    private final long[][] busyUntil;
    private final long[] first;
    private final long[] last;
    private final List<Integer> up = new ArrayList<>();
    private int next;

    Play(Workload work, List<Up> nodes) {
      this.work = work;
      this.nodes = nodes;
      answered = new long[work.arrivals().length];
      answeredBy = new int[answered.length];
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
      answeredBy[photo] = chosen;
      if (chosen < 0) {
        return NEVER;
      }
      busyUntil[chosen][chosenCore] = begin + work.service();
      first[chosen] = Math.min(first[chosen], begin);
      last[chosen] = Math.max(last[chosen], begin + work.service());
      return begin + work.service();
    }

    Schedule schedule() {
      List<Up> used = new ArrayList<>();
      int[] place = new int[nodes.size()];
      for (int node = 0; node < next; node++) {
        if (last[node] > 0) {
          place[node] = used.size();
          used.add(new Up(first[node], last[node]));
        }
      }
      int[] by = Arrays.stream(answeredBy).map(node -> node < 0 ? node : place[node]).toArray();
      return new Schedule(used, answered, by);
    }
  }
}
