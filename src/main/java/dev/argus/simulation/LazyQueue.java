package dev.argus.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;

/**
 * A priority queue by time: a heap of what is due in the earliest slot, and a list for each later
 * one, which is put in order only when its time has come.
 *
 * <p>A simulation adds nearly everything late in the order, and takes much of it out again before
 * it is due. After R. Rönngren, J. Riboe and R. Ayani, <em>Lazy Queue</em>, 24th Annual Simulation
 * Symposium, 1991; with slots of a fixed length.
 *
 * @param <E> in its natural order, which must be by time first
 */
final class LazyQueue<E extends Comparable<E>> {
  private static final long SLOT = 100_000_000; // nanoseconds

  private final ToLongFunction<E> time;
  private final PriorityQueue<E> earliest = new PriorityQueue<>();
  private final TreeMap<Long, List<E>> later = new TreeMap<>(); // none of them empty
  private long slot = Long.MIN_VALUE; // up to it all is among the earliest
  private int size;

  /**
   * @param time of an element, in nanoseconds
   */
  LazyQueue(ToLongFunction<E> time) {
    this.time = time;
  }

  void add(E element) {
    long at = Math.floorDiv(time.applyAsLong(element), SLOT);
    if (at <= slot) {
      earliest.add(element);
    } else {
      later.computeIfAbsent(at, it -> new ArrayList<>()).add(element);
    }
    size++;
  }

  /** The first; null if there is none. */
  E peek() {
    if (earliest.isEmpty() && !later.isEmpty()) {
      Map.Entry<Long, List<E>> next = later.pollFirstEntry();
      slot = next.getKey();
      earliest.addAll(next.getValue());
    }
    return earliest.peek();
  }

  /** Takes the first; null if there is none. */
  E poll() {
    E first = peek();
    if (first != null) {
      earliest.remove();
      size--;
    }
    return first;
  }

  int size() {
    return size;
  }

  void removeIf(Predicate<E> unwanted) {
    earliest.removeIf(unwanted);
    later.values().forEach(list -> list.removeIf(unwanted));
    later.values().removeIf(List::isEmpty);
    size = earliest.size() + later.values().stream().mapToInt(List::size).sum();
  }
}
