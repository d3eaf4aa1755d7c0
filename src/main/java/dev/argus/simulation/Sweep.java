package dev.argus.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;

/**
 * The {@linkplain RandomCase cases} of many seeds, on all cores, until some of them have failed.
 *
 * <p>Takes memory for one run a core, however many seeds there are.
 */
public final class Sweep {
  /** A broken rule shows in many seeds: the first are enough to find it. */
  private static final int ENOUGH = 5;

  /**
   * What came of it.
   *
   * @param runs that were done
   * @param photos that came in them
   * @param failures with the commands that show them again, in the order in which they were found
   */
  public record Outcome(long runs, long photos, List<String> failures) {
    public Outcome {
      failures = List.copyOf(failures);
    }
  }

  private final AtomicLong next;
  private final AtomicLong runs = new AtomicLong();
  private final AtomicLong photos = new AtomicLong();
  private final List<String> failures = new ArrayList<>();
  private final long last;
  private final LongConsumer progress;

  private Sweep(long first, long last, LongConsumer progress) {
    this.next = new AtomicLong(first);
    this.last = last;
    this.progress = progress;
  }

  /**
   * Runs all cases, or until enough have failed.
   *
   * @param last included
   * @param threads 1 or more
   * @param progress told after each run how many are done, on any thread
   */
  public static Outcome run(long first, long last, int threads, LongConsumer progress)
      throws InterruptedException {
    Sweep sweep = new Sweep(first, last, progress);
    ExecutorService workers = Executors.newFixedThreadPool(threads);
    try {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        all.add(workers.submit(sweep::work));
      }
      for (Future<?> one : all) {
        one.get();
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } finally {
      workers.shutdownNow();
    }
    return sweep.outcome();
  }

  private void work() {
    for (long seed = next.getAndIncrement();
        seed <= last && !isEnough();
        seed = next.getAndIncrement()) {
      RandomCase one = RandomCase.of(seed);
      try {
        photos.addAndGet(one.run().photos());
      } catch (InvariantViolation e) {
        failed(e.getMessage());
      } catch (RuntimeException e) { // a run that breaks is as bad as a rule that does
        failed("%s%n  see it again: %s".formatted(e, one.command()));
      }
      progress.accept(runs.incrementAndGet());
    }
  }

  private synchronized void failed(String what) {
    failures.add(what);
  }

  private synchronized boolean isEnough() {
    return failures.size() >= ENOUGH;
  }

  private synchronized Outcome outcome() {
    return new Outcome(runs.get(), photos.get(), failures);
  }
}
