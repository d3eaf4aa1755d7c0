package dev.argus.load;

import java.time.Duration;
import java.util.Iterator;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import org.apache.pekko.Done;

/**
 * Sends photos when their time has come, on a thread of its own: timers of actor systems tick every
 * 10 ms only, which would be part of every latency.
 */
final class OpenLoop {
  private final Workload workload;
  private final Iterator<Duration> times;
  private final LoadGenerator.Run run;
  private final Semaphore slots;

  OpenLoop(Workload workload, Iterator<Duration> times, LoadGenerator.Run run) {
    this.workload = workload;
    this.times = times;
    this.run = run;
    this.slots = new Semaphore(workload.concurrency());
  }

  /** Done when all photos are. */
  CompletionStage<Done> start() {
    return CompletableFuture.supplyAsync(
        this::play,
        loop -> {
          Thread thread = new Thread(loop, "argus-load");
          thread.setDaemon(true);
          thread.start();
        });
  }

  private Done play() {
    for (int i = 0; i < workload.requests() && times.hasNext(); i++) {
      Duration time = times.next();
      if (workload.duration().isPresent() && time.compareTo(workload.duration().get()) >= 0) {
        break;
      }
      sleepUntil(time);
      if (slots.tryAcquire()) {
        run.send(i, time).whenComplete((result, error) -> slots.release());
      } else {
        run.leaveOut(time);
      }
    }
    slots.acquireUninterruptibly(workload.concurrency());
    return Done.getInstance();
  }

  private void sleepUntil(Duration time) {
    Duration left = time.minus(run.now());
    while (!left.isNegative() && !left.isZero()) {
      LockSupport.parkNanos(left.toNanos());
      left = time.minus(run.now());
    }
  }
}
