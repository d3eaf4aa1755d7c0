package dev.argus.web;

import dev.argus.protocol.ClassifyReply;
import dev.argus.protocol.PhotoId;
import dev.argus.protocol.Problem;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * Waits for the result of a photo that was accepted before: the long poll of {@code Prefer: wait}.
 *
 * <p>It registers before it looks, so that a reply between the two is not missed, and looks again
 * from time to time and when the wait is over, since the reply may have gone to another web node.
 */
final class ResultWaiter extends AbstractBehavior<ResultWaiter.Command> {

  sealed interface Command {}

  private record Found(Outcome outcome, boolean last) implements Command {}

  private record LookupFailed(Throwable cause) implements Command {}

  private record Replied(ClassifyReply reply) implements Command {}

  private enum LookAgain implements Command {
    INSTANCE
  }

  private enum WaitOver implements Command {
    INSTANCE
  }

  private enum ClientGone implements Command {
    INSTANCE
  }

  static Behavior<Command> create(
      PhotoId id,
      Duration wait,
      Duration poll,
      CompletionStage<Done> gone,
      ResultLookup lookup,
      ActorRef<ReplyRouter.Command> router,
      ActorRef<Outcome> replyTo) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> {
                  ActorRef<ClassifyReply> waiter =
                      context.messageAdapter(ClassifyReply.class, Replied::new);
                  router.tell(new ReplyRouter.Register(id, waiter));
                  timers.startSingleTimer(WaitOver.INSTANCE, wait);
                  ActorRef<Command> self = context.getSelf();
                  gone.thenRun(() -> self.tell(ClientGone.INSTANCE));
                  ResultWaiter actor = new ResultWaiter(context, timers, id, poll, lookup, replyTo);
                  actor.look(false);
                  return actor;
                }));
  }

  private final TimerScheduler<Command> timers;
  private final PhotoId id;
  private final Duration poll;
  private final ResultLookup lookup;
  private final ActorRef<Outcome> replyTo;
  // What is said when this web node stops meanwhile.
  private Outcome latest =
      new Outcome.Refused(Problem.Kind.UNAVAILABLE.because("This web node stops. Ask again."));
  private boolean outcomeGiven;

  private ResultWaiter(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      PhotoId id,
      Duration poll,
      ResultLookup lookup,
      ActorRef<Outcome> replyTo) {
    super(context);
    this.timers = timers;
    this.id = id;
    this.poll = poll;
    this.lookup = lookup;
    this.replyTo = replyTo;
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Found.class, this::onFound)
        .onMessage(LookupFailed.class, this::onLookupFailed)
        .onMessage(Replied.class, replied -> give(new Outcome.Answered(replied.reply())))
        .onMessageEquals(LookAgain.INSTANCE, this::onLookAgain)
        .onMessageEquals(WaitOver.INSTANCE, this::onWaitOver)
        .onMessageEquals(ClientGone.INSTANCE, Behaviors::stopped)
        .onSignal(PostStop.class, this::onPostStop)
        .build();
  }

  private void look(boolean last) {
    getContext()
        .pipeToSelf(
            lookup.find(id),
            (outcome, failure) ->
                failure == null ? new Found(outcome, last) : new LookupFailed(failure));
  }

  private Behavior<Command> onFound(Found found) {
    latest = found.outcome();
    boolean pending = found.outcome() instanceof Outcome.Pending;
    if (!pending || found.last()) {
      return give(found.outcome());
    }
    timers.startSingleTimer(LookAgain.INSTANCE, poll);
    return this;
  }

  private Behavior<Command> onLookupFailed(LookupFailed failed) {
    getContext()
        .getLog()
        .warn("the result of {} cannot be looked up: {}", id, failed.cause().toString());
    return give(
        new Outcome.Refused(
            Problem.Kind.UNAVAILABLE.because("The result cannot be looked up now.")));
  }

  private Behavior<Command> onLookAgain() {
    look(false);
    return this;
  }

  private Behavior<Command> onWaitOver() {
    timers.cancelAll();
    look(true);
    return this;
  }

  private Behavior<Command> onPostStop(PostStop stopped) {
    if (!outcomeGiven) {
      replyTo.tell(latest);
    }
    return this;
  }

  private Behavior<Command> give(Outcome outcome) {
    outcomeGiven = true;
    replyTo.tell(outcome);
    return Behaviors.stopped();
  }
}
