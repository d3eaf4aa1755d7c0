package dev.argus.worker;

import java.time.Duration;
import java.time.Instant;
import java.util.OptionalDouble;

/**
 * The share of the latest time window in which a node's cores were busy with photos: 0 to 1.
 *
 * <p>The service times of the photos finished in the window, divided by the core time of the
 * window. A photo counts when it is finished, so one that takes longer than the window counts late.
 * The window moves in steps of a sixtieth, which is also all that is kept in memory. Unknown until
 * the node is older than the window, for a young node knows only its own warming up.
 *
 * <p>Thread-safe: photos are finished on many threads.
 */
public final class BusyShare {
  private static final int STEPS = 60;

  private final long stepNanos;
  private final int parallelism;
  private final Instant start;
  private final long[] busyNanos = new long[STEPS];
  private long newestStep;

  /**
   * @param parallelism how many photos the node works on at once
   * @param start when it began to receive
   */
  public BusyShare(Duration window, int parallelism, Instant start) {
    this.stepNanos = Math.max(1, window.toNanos() / STEPS);
    this.parallelism = parallelism;
    this.start = start;
  }

  /** Counts a photo that was finished at {@code at} after {@code service} of work on one core. */
  public synchronized void add(Instant at, Duration service) {
    long step = moveTo(at);
    if (step > newestStep - STEPS) {
      busyNanos[(int) (step % STEPS)] += service.toNanos();
    }
  }

  /** The share of the window that ends at {@code now}; empty while the node is too young. */
  public synchronized OptionalDouble at(Instant now) {
    moveTo(now);
    if (newestStep < STEPS) {
      return OptionalDouble.empty();
    }
    long busy = 0;
    for (long nanos : busyNanos) {
      busy += nanos;
    }
    // The newest step has only begun: its time counts as far as it has passed.
    long begun = nanosAt(now) - newestStep * stepNanos;
    double time = (STEPS - 1.0) * stepNanos + Math.max(0, Math.min(begun, stepNanos));
    return OptionalDouble.of(Math.min(1, busy / (time * parallelism)));
  }

  /** Forgets what has left the window, and returns the step of {@code at}. */
  private long moveTo(Instant at) {
    long step = nanosAt(at) / stepNanos;
    for (long next = Math.max(newestStep + 1, step - STEPS + 1); next <= step; next++) {
      busyNanos[(int) (next % STEPS)] = 0;
    }
    newestStep = Math.max(newestStep, step);
    return step;
  }

  private long nanosAt(Instant at) {
    return Math.max(0, Duration.between(start, at).toNanos());
  }
}
