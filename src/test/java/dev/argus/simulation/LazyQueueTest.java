package dev.argus.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.PriorityQueue;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class LazyQueueTest {
  private static final long MOST_AHEAD = 3_000_000_000L; // some thirty slots

  @Property(tries = 200)
  void itsOrderIsThatOfAHeap(@ForAll long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    LazyQueue<Long> queue = new LazyQueue<>(time -> time);
    PriorityQueue<Long> heap = new PriorityQueue<>();
    long now = 0;
    for (int step = 0; step < 500; step++) {
      switch (random.nextInt(5)) {
        case 0, 1 -> {
          long time = now + random.nextLong(-MOST_AHEAD / 10, MOST_AHEAD);
          queue.add(time);
          heap.add(time);
        }
        case 2 -> {
          int of = random.nextInt(2, 20);
          queue.removeIf(time -> time % of == 0);
          heap.removeIf(time -> time % of == 0);
        }
        case 3 -> assertThat(queue.peek()).isEqualTo(heap.peek());
        default -> {
          Long first = heap.poll();
          assertThat(queue.poll()).isEqualTo(first);
          now = first == null ? now : first;
        }
      }
      assertThat(queue.size()).isEqualTo(heap.size());
    }
    while (!heap.isEmpty()) {
      assertThat(queue.poll()).isEqualTo(heap.poll());
    }
    assertThat(queue.poll()).isNull();
  }
}
