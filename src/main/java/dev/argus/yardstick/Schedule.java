package dev.argus.yardstick;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

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

  /** A core of a node that is up. */
  private static final class Core {
    final int node;
    final int number;
    final long end; // of its node
    long free; // from when on

    Core(int node, int number, Up life) {
      this.node = node;
      this.number = number;
      this.end = life.end();
      this.free = life.start();
    }
  }

  private static final class Play {
    /** The longest lives first, so that the others may end. */
    private static final Comparator<Core> LONGEST =
        Comparator.<Core>comparingLong(core -> -core.end)
            .thenComparingInt(core -> core.node)
            .thenComparingInt(core -> core.number);

    private final Workload work;
    private final List<Up> nodes;
    private final long[] answered;
    private final int[] answeredBy;
    private final long[] first;
    private final long[] last;
    private final PriorityQueue<Core> idle = new PriorityQueue<>(LONGEST);
    private final PriorityQueue<Core> busy =
        new PriorityQueue<>(
            Comparator.<Core>comparingLong(core -> core.free).thenComparing(LONGEST));
    private int next;

    Play(Workload work, List<Up> nodes) {
      this.work = work;
      this.nodes = nodes;
      answered = new long[work.arrivals().length];
      answeredBy = new int[answered.length];
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
        for (int core = 0; core < work.parallelism(); core++) {
          busy.add(new Core(next, core, nodes.get(next)));
        }
        first[next++] = NEVER;
      }
      while (!busy.isEmpty() && busy.peek().free <= arrival) {
        idle.add(busy.remove());
      }
      Core core = firstThatFits(arrival, latest);
      answeredBy[photo] = core == null ? -1 : core.node;
      if (core == null) {
        return NEVER;
      }
      long begin = Math.max(arrival, core.free);
      core.free = begin + work.service();
      busy.add(core);
      first[core.node] = Math.min(first[core.node], begin);
      last[core.node] = Math.max(last[core.node], core.free);
      return core.free;
    }

    /** A core whose node ends too early for this photo is of no use for any later one. */
    private Core firstThatFits(long arrival, long latest) {
      if (arrival > latest) {
        return null;
      }
      if (!idle.isEmpty() && arrival + work.service() <= idle.peek().end) {
        return idle.remove();
      }
      idle.clear();
      while (!busy.isEmpty() && busy.peek().free <= latest) {
        Core core = busy.remove();
        if (core.free + work.service() <= core.end) {
          return core;
        }
      }
      return null;
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
