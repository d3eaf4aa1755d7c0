package dev.argus.inference;

import dev.argus.ports.Classifier.Classification;
import dev.argus.ports.OverloadException;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.util.ByteString;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One thread for each lane, and the photos that wait for one, in the order of their coming.
 *
 * <p>Safe for use by many threads.
 */
final class Lanes {
  /** Far beyond the slowest photo; a thread that takes longer keeps its native memory. */
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(30);

  private static final Logger log = LoggerFactory.getLogger(Lanes.class);

  private final List<Lane> lanes;
  private final int maxWaiting;
  private final ThreadPoolExecutor threads;

  Lanes(List<Lane> lanes, int maxWaitingPerLane) {
    this.lanes = List.copyOf(lanes);
    this.maxWaiting = maxWaitingPerLane * lanes.size();
    Iterator<Lane> unused = this.lanes.iterator();
    // No task lets an exception out, so no thread ends early and each lane is used once.
    this.threads =
        new ThreadPoolExecutor(
            lanes.size(),
            lanes.size(),
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(maxWaiting),
            task -> new LaneThread(task, unused.next()),
            (task, executor) -> ((Job) task).refuse(executor.isShutdown(), maxWaiting));
    threads.prestartAllCoreThreads();
  }

  int size() {
    return lanes.size();
  }

  CompletableFuture<Classification> classify(ByteString photo) {
    Job job = new Job(photo, new CompletableFuture<>());
    threads.execute(job);
    return job.result;
  }

  /**
   * Lets the photos in work finish, fails those that wait, then frees native memory.
   *
   * @return whether it was freed: what a thread still uses cannot be
   */
  boolean close() {
    threads.shutdown();
    // Drained by hand: shutdownNow would interrupt the photos in work as well.
    for (Runnable job = threads.getQueue().poll(); job != null; job = threads.getQueue().poll()) {
      ((Job) job).refuse(true, maxWaiting);
    }
    try {
      if (threads.awaitTermination(CLOSE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
        lanes.forEach(Lane::close);
        return true;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    log.warn("A photo is still being recognised after {}: its memory is not freed", CLOSE_TIMEOUT);
    return false;
  }

  private static final class LaneThread extends Thread {
    private final Lane lane;

    LaneThread(Runnable task, Lane lane) {
      super(task, "argus-classifier");
      setDaemon(true);
      this.lane = lane;
    }
  }

  private record Job(ByteString photo, CompletableFuture<Classification> result)
      implements Runnable {
    @Override
    public void run() {
      if (result.isDone()) {
        return; // whoever asked has cancelled
      }
      try {
        Lane lane = ((LaneThread) Thread.currentThread()).lane;
        result.complete(lane.classify(photo.toArrayUnsafe()));
      } catch (Throwable e) {
        // Errors too: an answer is owed for every photo, and the thread must live on.
        result.completeExceptionally(e);
      }
    }

    void refuse(boolean closed, int maxWaiting) {
      result.completeExceptionally(
          closed
              ? new IllegalStateException("The classifier is closed")
              : new OverloadException(
                  "%d photos wait to be recognised, the most that may".formatted(maxWaiting)));
    }
  }
}
