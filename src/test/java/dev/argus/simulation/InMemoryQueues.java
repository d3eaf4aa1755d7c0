package dev.argus.simulation;

import dev.argus.ports.MessageQueues;
import dev.argus.ports.QueueAdmin;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;

/** Queues in memory, by name; those that were not created are missing. Thread-safe. */
public final class InMemoryQueues implements MessageQueues, QueueAdmin {
  private final InstantSource clock;
  private final Map<String, InMemoryQueue> queues = new TreeMap<>();
  private final Set<String> existing = new TreeSet<>();
  private boolean down;

  public InMemoryQueues(InstantSource clock) {
    this.clock = clock;
  }

  /** While down, queues can neither be created nor deleted. */
  public synchronized void setDown(boolean down) {
    this.down = down;
  }

  /** The names of the queues that are there. */
  public synchronized List<String> names() {
    return List.copyOf(existing);
  }

  @Override
  public synchronized InMemoryQueue named(String name) {
    return queues.computeIfAbsent(
        name,
        n -> {
          InMemoryQueue queue = new InMemoryQueue(clock);
          queue.setMissing(true);
          return queue;
        });
  }

  @Override
  public synchronized CompletionStage<Done> create(String name) {
    if (down) {
      return failed();
    }
    named(name).setMissing(false);
    existing.add(name);
    return CompletableFuture.completedFuture(Done.getInstance());
  }

  @Override
  public synchronized CompletionStage<Done> delete(String name) {
    if (down) {
      return failed();
    }
    named(name).clear();
    named(name).setMissing(true);
    existing.remove(name);
    return CompletableFuture.completedFuture(Done.getInstance());
  }

  private static <T> CompletionStage<T> failed() {
    return CompletableFuture.failedFuture(new IllegalStateException("SQS cannot be reached"));
  }
}
