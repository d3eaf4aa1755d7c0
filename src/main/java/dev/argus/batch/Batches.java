package dev.argus.batch;

import dev.argus.protocol.BatchId;
import dev.argus.protocol.Problem;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;

/**
 * The batches that somebody sends or asks for at this web node: an actor for each, at most {@code
 * argus.web.max-batches}. One that has nothing to do for a while is forgotten; it can be read
 * again.
 */
public final class Batches extends AbstractBehavior<Batches.Command> {

  public sealed interface Command {}

  /**
   * Begin a batch.
   *
   * @param onCancelled called at most once, by another thread, if somebody cancels it
   */
  public record Open(BatchId id, Runnable onCancelled, ActorRef<Opened> replyTo)
      implements Command {}

  /**
   * @param batch empty if there are too many
   */
  public record Opened(Optional<ActorRef<Batch.Command>> batch) {}

  /** Ask a batch something. */
  public record Ask(BatchId id, BatchQuestion question) implements Command {}

  /** Begin nothing any more, and let nobody wait. */
  public record Stop(ActorRef<Done> replyTo) implements Command {}

  /** A batch has nothing to do. What it is sent before it is told to close it still does. */
  record Idle(BatchId id, ActorRef<Batch.Command> batch) implements Command {}

  private record Ended(BatchId id, ActorRef<Batch.Command> batch) implements Command {}

  public static Behavior<Command> create(
      Batch.Surroundings surroundings, int maxBatches, MeterRegistry metrics) {
    return Behaviors.setup(context -> new Batches(context, surroundings, maxBatches, metrics));
  }

  private final Batch.Surroundings surroundings;
  private final int maxBatches;
  private final Map<BatchId, ActorRef<Batch.Command>> batches = new HashMap<>();
  private final AtomicInteger open = new AtomicInteger(); // what the gauge shows, to other threads
  private boolean stopping;

  private Batches(
      ActorContext<Command> context,
      Batch.Surroundings surroundings,
      int maxBatches,
      MeterRegistry metrics) {
    super(context);
    this.surroundings = surroundings;
    this.maxBatches = maxBatches;
    Gauge.builder("argus.batches.open", open, AtomicInteger::get)
        .description("Batches in memory: being received, worked on or asked for")
        .register(metrics);
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Open.class, this::onOpen)
        .onMessage(Ask.class, this::onAsk)
        .onMessage(Idle.class, this::onIdle)
        .onMessage(Ended.class, this::onEnded)
        .onMessage(Stop.class, this::onStop)
        .build();
  }

  private Behavior<Command> onOpen(Open open) {
    Optional<ActorRef<Batch.Command>> batch = Optional.empty();
    if (!stopping && batches.size() < maxBatches) {
      ActorRef<Command> self = getContext().getSelf();
      batch =
          Optional.of(
              spawn(open.id(), Batch.open(open.id(), open.onCancelled(), surroundings, self)));
    }
    open.replyTo().tell(new Opened(batch));
    return this;
  }

  private Behavior<Command> onAsk(Ask ask) {
    ActorRef<Batch.Command> batch = batches.get(ask.id());
    if (stopping) {
      ask.question().replyTo().tell(BatchReply.unavailable("This web node stops. Ask again."));
      return this;
    }
    if (batch == null && batches.size() == maxBatches) {
      ask.question()
          .replyTo()
          .tell(
              new BatchReply.Refused(
                  Problem.Kind.OVERLOADED.because(
                      "As many batches are asked for as Argus has in memory. Ask again later.")));
      return this;
    }
    if (batch == null) {
      batch = spawn(ask.id(), BatchReader.create(ask.id(), surroundings, getContext().getSelf()));
    }
    batch.tell(ask.question());
    return this;
  }

  private ActorRef<Batch.Command> spawn(BatchId id, Behavior<Batch.Command> behavior) {
    ActorRef<Batch.Command> batch = getContext().spawnAnonymous(behavior);
    getContext().watchWith(batch, new Ended(id, batch));
    batches.put(id, batch);
    open.set(batches.size());
    return batch;
  }

  private Behavior<Command> onIdle(Idle idle) {
    if (batches.remove(idle.id(), idle.batch())) {
      open.set(batches.size());
      idle.batch().tell(Batch.Signal.CLOSE);
    }
    return this;
  }

  private Behavior<Command> onEnded(Ended ended) {
    batches.remove(ended.id(), ended.batch());
    open.set(batches.size());
    return this;
  }

  private Behavior<Command> onStop(Stop stop) {
    stopping = true;
    batches.values().forEach(batch -> batch.tell(Batch.Signal.LET_GO));
    stop.replyTo().tell(Done.getInstance());
    return this;
  }
}
