package dev.argus.chaos;

import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes a cluster suffer by a timetable, until it is told to stop. */
final class Mayhem implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Mayhem.class);

  /**
   * Faults that last may overlap: one of each service, EC2, the web node, and what is over at once.
   */
  private static final int THREADS = 7;

  /** Longer than any fault and the start of its victim. */
  private static final Duration LONGEST_FAULT = Duration.ofSeconds(90);

  private final Cluster cluster;
  private final Iterator<ChaosPlan.Timed> plan;
  private final long seed;
  private final long begin = System.nanoTime();
  private final ScheduledThreadPoolExecutor threads = new ScheduledThreadPoolExecutor(THREADS);
  private final Map<String, Integer> done = new TreeMap<>();
  private final Map<String, Integer> missed = new TreeMap<>();
  private final List<String> troubles = new CopyOnWriteArrayList<>();

  /** Starts. */
  Mayhem(Cluster cluster, Iterator<ChaosPlan.Timed> plan, long seed) {
    this.cluster = cluster;
    this.plan = plan;
    this.seed = seed;
    scheduleNext();
  }

  /** Stops, ends what lasts, and returns when all that was hurt has been started again. */
  void stop() throws InterruptedException {
    threads.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    threads.shutdown();
    cluster.calm();
    if (!threads.awaitTermination(LONGEST_FAULT.toMillis(), TimeUnit.MILLISECONDS)) {
      troubles.add("a fault did not end within " + LONGEST_FAULT);
      threads.shutdownNow();
    }
  }

  /** Stops at once: what was hurt may stay down. */
  @Override
  public void close() throws InterruptedException {
    threads.shutdownNow();
    threads.awaitTermination(LONGEST_FAULT.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** How often each kind of fault has hit something. */
  synchronized Map<String, Integer> done() {
    return new TreeMap<>(done);
  }

  /** Whether both an app node and the web node have been killed. */
  synchronized boolean hasKilled() {
    return done.containsKey(Fault.NODE_KILLED) && done.containsKey(Fault.WEB_KILLED);
  }

  /** How often there was nothing to hit: no app node was up, or nobody called meanwhile. */
  synchronized Map<String, Integer> missed() {
    return new TreeMap<>(missed);
  }

  /** What could not be started again. */
  List<String> troubles() {
    return List.copyOf(troubles);
  }

  private void scheduleNext() {
    if (threads.isShutdown()) {
      return;
    }
    ChaosPlan.Timed next = plan.next();
    long delay = next.at().toNanos() - (System.nanoTime() - begin);
    threads.schedule(() -> happen(next), Math.max(0, delay), TimeUnit.NANOSECONDS);
  }

  private void happen(ChaosPlan.Timed timed) {
    scheduleNext();
    Fault fault = timed.fault();
    LOG.info("{} s: {}", timed.at().toMillis() / 1000.0, fault);
    try {
      boolean hit = cluster.suffer(fault, seed ^ timed.at().toNanos());
      count(hit ? done : missed, fault.kind());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      troubles.add(fault.kind() + ": " + e.getMessage());
    }
  }

  private synchronized void count(Map<String, Integer> counts, String kind) {
    counts.merge(kind, 1, Integer::sum);
  }
}
