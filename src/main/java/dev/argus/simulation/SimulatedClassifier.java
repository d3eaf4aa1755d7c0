package dev.argus.simulation;

import dev.argus.ports.Classifier;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.apache.pekko.actor.Cancellable;
import org.apache.pekko.util.ByteString;

/**
 * A network whose computing is a random time, the same for a photo whoever works on it and
 * whenever. A photo that waits for a core waits in the order of its coming.
 */
final class SimulatedClassifier implements Classifier {
  private final class Job {
    final long nanos;
    final CompletableFuture<Classification> result = new CompletableFuture<>();
    long begun;
    Cancellable end;

    Job(long nanos) {
      this.nanos = nanos;
    }

    void begin() {
      if (atWork.isEmpty()) {
        listener.working(1);
      }
      atWork.add(this);
      begun = world.time().nanos();
      end = world.time().afterNanos(nanos, this::done);
    }

    void done() {
      leave(nanos);
      Duration all = Duration.ofNanos(nanos);
      Duration decode = all.dividedBy(ModelNode.DECODE_SHARE);
      result.complete(new Classification(ModelNode.SEEN, decode, all.minus(decode)));
      beginNext();
    }

    void leave(long worked) {
      atWork.remove(this);
      listener.worked(worked);
      if (atWork.isEmpty()) {
        listener.working(-1);
      }
    }
  }

  private final World world;
  private final Lognormal service;
  private final ModelNode.Listener listener;
  private final Queue<Job> waiting = new ArrayDeque<>(); // the worker bounds them

  /** In order: what they have worked is summed in doubles, whose last bit depends on it. */
  private final Set<Job> atWork = new LinkedHashSet<>();

  SimulatedClassifier(World world, Lognormal service, ModelNode.Listener listener) {
    this.world = world;
    this.service = service;
    this.listener = listener;
  }

  @Override
  public CompletionStage<Classification> classify(ByteString photo) {
    long number = Photos.number(photo);
    Job job = new Job(service.nanos(world.randomness().of(Randomness.Purpose.SERVICE, number)));
    waiting.add(job);
    beginNext();
    return job.result;
  }

  private void beginNext() {
    while (atWork.size() < parallelism() && !waiting.isEmpty()) {
      waiting.remove().begin();
    }
  }

  @Override
  public CompletionStage<Done> selfTest() {
    return CompletableFuture.completedFuture(Done.getInstance());
  }

  @Override
  public String model() {
    return ModelNode.MODEL;
  }

  @Override
  public int parallelism() {
    return world.settings().scaling().nodeParallelism();
  }

  /** What is under way never ends, as in a process that is killed. */
  @Override
  public void close() {
    waiting.clear();
    for (Job job : List.copyOf(atWork)) {
      job.end.cancel();
      job.leave(world.time().nanos() - job.begun);
    }
  }
}
