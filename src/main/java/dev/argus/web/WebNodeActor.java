package dev.argus.web;

import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * Keeps this web node on the list of web nodes, and its response queue in being; while this one
 * leads, it also removes what others have left behind.
 */
final class WebNodeActor extends AbstractBehavior<WebNodeActor.Command> {

  sealed interface Command {}

  enum Tick implements Command {
    INSTANCE
  }

  /** This web node begins to lead: how the others are is of interest now. */
  enum Led implements Command {
    INSTANCE
  }

  /** The response queue is not there. */
  enum QueueMissing implements Command {
    INSTANCE
  }

  private record Created(Throwable failure) implements Command {}

  private record Looked(Throwable failure) implements Command {}

  /**
   * @param leads whether this is the web node that looks after the others
   */
  static Behavior<Command> create(WebNodes nodes, BooleanSupplier leads, Duration interval) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> new WebNodeActor(context, timers, nodes, leads, interval)));
  }

  private final TimerScheduler<Command> timers;
  private final WebNodes nodes;
  private final BooleanSupplier leads;
  private final Duration interval;
  private boolean creating;

  private WebNodeActor(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      WebNodes nodes,
      BooleanSupplier leads,
      Duration interval) {
    super(context);
    this.timers = timers;
    this.nodes = nodes;
    this.leads = leads;
    this.interval = interval;
    context.getSelf().tell(Tick.INSTANCE);
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessageEquals(Tick.INSTANCE, this::onTick)
        .onMessageEquals(Led.INSTANCE, this::onLed)
        .onMessage(Looked.class, this::onLooked)
        .onMessageEquals(QueueMissing.INSTANCE, this::onQueueMissing)
        .onMessage(Created.class, this::onCreated)
        .build();
  }

  private Behavior<Command> onTick() {
    CompletionStage<Done> done =
        leads.getAsBoolean() ? nodes.beat().thenCompose(beaten -> nodes.look()) : nodes.beat();
    getContext().pipeToSelf(done, (looked, failure) -> new Looked(failure));
    return this;
  }

  private Behavior<Command> onLed() {
    if (!timers.isTimerActive(Tick.INSTANCE)) {
      return this; // a call is under way, and one is made at a time
    }
    timers.cancel(Tick.INSTANCE);
    return onTick();
  }

  private Behavior<Command> onLooked(Looked looked) {
    if (looked.failure() != null) {
      getContext()
          .getLog()
          .warn("the heartbeat failed, next in {}: {}", interval, looked.failure().toString());
    }
    timers.startSingleTimer(Tick.INSTANCE, interval);
    return this;
  }

  private Behavior<Command> onQueueMissing() {
    if (!creating) {
      creating = true;
      getContext().getLog().warn("this web node's response queue is gone and is created again");
      getContext().pipeToSelf(nodes.createOwnQueue(), (created, failure) -> new Created(failure));
    }
    return this;
  }

  private Behavior<Command> onCreated(Created created) {
    creating = false;
    if (created.failure() != null) {
      // The next receive finds it missing again, and says so.
      getContext()
          .getLog()
          .warn("the response queue cannot be created yet: {}", created.failure().toString());
    }
    return this;
  }
}
