package dev.argus.web;

import dev.argus.ports.Completions;
import dev.argus.protocol.ClassifyReply;
import dev.argus.protocol.MalformedMessageException;
import dev.argus.protocol.PhotoId;
import dev.argus.protocol.Problem;
import java.time.Duration;
import java.util.Optional;
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
import org.slf4j.event.Level;

/**
 * Waits for the result of a photo that was accepted before: the long poll of {@code Prefer: wait}.
 *
 * <p>It registers before it looks, so that a reply between the two is not missed, and looks again
 * from time to time and when the wait is over, since the reply may have gone to another web node.
 */
final class ResultWaiter extends AbstractBehavior<ResultWaiter.Command> {

  sealed interface Command {}

  private record Found(Outcome outcome, boolean last) implements Command {}

  private record LookupFailed(Throwable cause, boolean last) implements Command {}

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

  /**
   * @param accepted what is said while there is no answer, if the photo is known to be accepted;
   *     else that is looked up first
   * @param wait when that is said
   * @param poll the time between two looks for the answer
   */
  static Behavior<Command> create(
      PhotoId id,
      Optional<Outcome.Pending> accepted,
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
                  ActorRef<Command> self = context.getSelf();
                  router.tell(new ReplyRouter.Register<>(id, self, Replied::new));
                  timers.startSingleTimer(WaitOver.INSTANCE, wait);
                  gone.thenRun(() -> self.tell(ClientGone.INSTANCE));
                  ResultWaiter actor =
                      new ResultWaiter(
                          context,
                          timers,
                          id,
                          accepted,
                          poll,
                          lookup,
                          () -> router.tell(new ReplyRouter.Forget(id, self)),
                          replyTo);
                  actor.look(false);
                  return actor;
                }));
  }

  private final TimerScheduler<Command> timers;
  private final PhotoId id;
  private final Duration poll;
  private final ResultLookup lookup;
  private final Runnable forget;
  private final ActorRef<Outcome> replyTo;
  private Optional<Outcome.Pending> pending;
  private boolean outcomeGiven;

  private ResultWaiter(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      PhotoId id,
      Optional<Outcome.Pending> accepted,
      Duration poll,
      ResultLookup lookup,
      Runnable forget,
      ActorRef<Outcome> replyTo) {
    super(context);
    this.timers = timers;
    this.id = id;
    this.pending = accepted;
    this.poll = poll;
    this.lookup = lookup;
    this.forget = forget;
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
    CompletionStage<Outcome> found =
        pending
            .<CompletionStage<Outcome>>map(
                known ->
                    Completions.attempt(() -> lookup.answer(id))
                        .thenApply(answer -> answer.orElse(known)))
            .orElseGet(() -> Completions.attempt(() -> lookup.find(id)));
    getContext()
        .pipeToSelf(
            found,
            (outcome, failure) ->
                failure == null ? new Found(outcome, last) : new LookupFailed(failure, last));
  }

  private Behavior<Command> onFound(Found found) {
    if (!(found.outcome() instanceof Outcome.Pending known) || found.last()) {
      return give(found.outcome());
    }
    pending = Optional.of(known);
    return lookLater();
  }

  /** Who is known to be waiting for an answer goes on waiting: S3 will be there again. */
  private Behavior<Command> onLookupFailed(LookupFailed failed) {
    boolean unreadable = Completions.cause(failed.cause()) instanceof MalformedMessageException;
    getContext()
        .getLog()
        .atLevel(unreadable ? Level.WARN : Level.DEBUG)
        .log("the result of {} cannot be looked up: {}", id, failed.cause().toString());
    if (pending.isPresent() && !failed.last() && !unreadable) {
      return lookLater();
    }
    return give(pendingOr("The result cannot be looked up now. Ask again."));
  }

  private Outcome pendingOr(String nothingKnown) {
    return pending.isPresent()
        ? pending.get()
        : new Outcome.Refused(Problem.Kind.UNAVAILABLE.because(nothingKnown));
  }

  private Behavior<Command> lookLater() {
    timers.startSingleTimer(LookAgain.INSTANCE, poll);
    return this;
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
    forget.run();
    if (!outcomeGiven) {
      replyTo.tell(pendingOr("This web node stops. Ask again."));
    }
    return this;
  }

  private Behavior<Command> give(Outcome outcome) {
    outcomeGiven = true;
    replyTo.tell(outcome);
    return Behaviors.stopped();
  }
}
