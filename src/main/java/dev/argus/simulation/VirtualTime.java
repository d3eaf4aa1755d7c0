package dev.argus.simulation;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.BooleanSupplier;
import org.apache.pekko.actor.Cancellable;

/**
 * The time of one run, and everything that happens in it: what is left to do now, and what is due
 * later. It belongs to the thread that made it, and nothing of a run happens on any other.
 *
 * <p>Time moves on to the next due task only when nothing is left to do. Tasks that are due at the
 * same time run in the order in which they were scheduled. So a run is a function of its input.
 */
public final class VirtualTime implements InstantSource {
  /** When every run begins. */
  public static final Instant EPOCH = Instant.parse("2026-01-01T00:00:00Z");

  /** Fewer cancelled tasks than this are not worth a search. */
  private static final int FEW = 1_000;

  private static final class Task implements Cancellable, Comparable<Task> {
    private final VirtualTime time;
    private final long at;
    private final long sequence;
    private Runnable work; // null once it is over, so that nothing is kept for it

    Task(VirtualTime time, long at, long sequence, Runnable work) {
      this.time = time;
      this.at = at;
      this.sequence = sequence;
      this.work = work;
    }

    @Override
    public boolean cancel() {
      if (work == null) {
        return false;
      }
      work = null;
      time.cancelled();
      return true;
    }

    @Override
    public boolean isCancelled() {
      return work == null;
    }

    @Override
    public int compareTo(Task other) {
      int times = Long.compare(at, other.at);
      return times != 0 ? times : Long.compare(sequence, other.sequence);
    }
  }

  private final Thread owner = Thread.currentThread();
  private final Queue<Runnable> now = new ArrayDeque<>();
  private final LazyQueue<Task> later = new LazyQueue<>(task -> task.at);
  private Instant instant = EPOCH;
  private long nanos;
  private long sequence;
  private long steps;
  private int cancelled;
  private volatile IllegalStateException stray;

  /** The present. */
  @Override
  public Instant instant() {
    return instant;
  }

  /** Nanoseconds since the run began. */
  public long nanos() {
    return nanos;
  }

  /** Microseconds since the run began. */
  public long micros() {
    return nanos / 1000;
  }

  /** Tasks that time has brought, which tells where in a run one is. */
  public long steps() {
    return steps;
  }

  /** Does this before time moves on. */
  public void execute(Runnable work) {
    checkThread();
    now.add(work);
  }

  /**
   * Does this after so long; at once, but not before what is left to do now, if it is not above 0.
   */
  public Cancellable after(Duration delay, Runnable work) {
    return afterNanos(delay.toNanos(), work);
  }

  /** The same, in nanoseconds. */
  public Cancellable afterNanos(long delay, Runnable work) {
    checkThread();
    Task task = new Task(this, nanos + Math.max(0, delay), sequence++, work);
    later.add(task);
    return task;
  }

  /**
   * Runs until {@code over} says so, asked whenever time could move on, or nothing is left to do,
   * or what is next lies beyond {@code limit}; time then stands at the limit.
   *
   * @param limit in nanoseconds since the run began
   */
  void run(long limit, BooleanSupplier over) {
    for (doNow(); !over.getAsBoolean(); doNow()) {
      Task next = next();
      if (next == null || next.at > limit) {
        moveTo(Math.max(nanos, limit));
        return;
      }
      later.poll();
      steps++;
      moveTo(next.at);
      Runnable work = next.work;
      next.work = null;
      work.run();
    }
  }

  /** Does all that is left to do now. */
  void doNow() {
    for (Runnable work = now.poll(); work != null; work = now.poll()) {
      work.run();
    }
    if (stray != null) {
      throw stray;
    }
  }

  private Task next() {
    for (Task next = later.peek(); next != null; next = later.peek()) {
      if (!next.isCancelled()) {
        return next;
      }
      later.poll();
      cancelled--;
    }
    return null;
  }

  private void moveTo(long at) {
    if (at != nanos) {
      nanos = at;
      instant = EPOCH.plusNanos(at);
    }
  }

  /** Most tasks are time-outs that never come to pass: they must not pile up until they are due. */
  private void cancelled() {
    cancelled++;
    if (cancelled > FEW && cancelled > later.size() / 2) {
      later.removeIf(Task::isCancelled);
      cancelled = 0;
    }
  }

  /** Else the order of events would be the operating system's, and the run be of no worth. */
  private void checkThread() {
    if (Thread.currentThread() != owner) {
      stray =
          new IllegalStateException(
              "the simulation of %s is called from %s: something in it runs on a thread of its own"
                  .formatted(owner.getName(), Thread.currentThread().getName()));
      throw stray;
    }
  }
}
