package dev.argus.web;

import dev.argus.protocol.PhotoId;
import dev.argus.protocol.Problem;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;

/**
 * Spawns one actor for each request; when the web node stops, it stops them, so that each of their
 * clients hears where its result will be.
 */
final class RequestManager extends AbstractBehavior<RequestManager.Command> {

  sealed interface Command {}

  /** Take this photo in and answer for it. */
  record Submit(Upload upload, Photo photo) implements Command {}

  /** Wait for the result of a photo that was accepted before. */
  record Await(PhotoId id, Duration patience, CompletionStage<Done> gone, ActorRef<Outcome> replyTo)
      implements Command {}

  /** Take nothing in any more, and stop all waits. */
  record Stop(ActorRef<Done> replyTo) implements Command {}

  private enum Ended implements Command {
    POLL,
    STOPPED
  }

  private static final long FIRST_NAME = 1L << 48;

  static Behavior<Command> create(RequestActor.Dependencies dependencies, WebMetrics metrics) {
    return Behaviors.setup(context -> new RequestManager(context, dependencies, metrics));
  }

  private final RequestActor.Dependencies dependencies;
  private final WebMetrics metrics;
  private long submitted;
  private int polls;
  private int left; // children that are being stopped
  private Optional<ActorRef<Done>> stopping = Optional.empty();

  private RequestManager(
      ActorContext<Command> context, RequestActor.Dependencies dependencies, WebMetrics metrics) {
    super(context);
    this.dependencies = dependencies;
    this.metrics = metrics;
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Submit.class, this::onSubmit)
        .onMessage(Await.class, this::onAwait)
        .onMessage(Stop.class, this::onStop)
        .onMessage(Ended.class, this::onEnded)
        .build();
  }

  private Behavior<Command> onSubmit(Submit submit) {
    if (stopping.isPresent()) {
      submit.upload().permit().close();
      submit.upload().onOutcome().accept(stopped());
      return this;
    }
    ActorRef<RequestActor.Command> request =
        getContext().spawn(RequestActor.create(submit.upload(), dependencies), nextName());
    request.tell(new RequestActor.Start(submit.photo()));
    return this;
  }

  /**
   * Names that rise: a parent keeps its children in a tree by name, and with names in the order in
   * which photos come and go it looks at the tree's two ends, not all over it.
   */
  private String nextName() {
    submitted++;
    return Long.toHexString(FIRST_NAME + submitted); // all of one length
  }

  private static Outcome stopped() {
    return new Outcome.Refused(Problem.Kind.UNAVAILABLE.because("This web node stops. Try again."));
  }

  private Behavior<Command> onAwait(Await await) {
    if (stopping.isPresent()) {
      await.replyTo().tell(stopped());
      return this;
    }
    if (polls == dependencies.settings().maxPolls()) {
      await.replyTo().tell(new Outcome.Refused(tooManyPolls()));
      return this;
    }
    ActorRef<ResultWaiter.Command> waiter =
        getContext()
            .spawnAnonymous(
                ResultWaiter.create(
                    await.id(),
                    Optional.empty(),
                    await.patience(),
                    dependencies.settings().resultPoll(),
                    await.gone(),
                    dependencies.lookup(),
                    dependencies.router(),
                    await.replyTo()));
    polls++;
    getContext().watchWith(waiter, Ended.POLL);
    return this;
  }

  private Refusal tooManyPolls() {
    metrics.refused(Refusal.Reason.POLLS);
    return new Refusal(
        Refusal.Reason.POLLS,
        Problem.Kind.OVERLOADED.because(
            "As many clients wait for results as Argus lets wait. Ask again without waiting."));
  }

  private Behavior<Command> onStop(Stop stop) {
    stopping = Optional.of(stop.replyTo());
    for (ActorRef<Void> child : getContext().getChildren()) {
      getContext().unwatch(child);
      getContext().watchWith(child, Ended.STOPPED);
      getContext().stop(child);
      left++;
    }
    tellWhenStopped();
    return this;
  }

  private Behavior<Command> onEnded(Ended ended) {
    if (ended == Ended.POLL) {
      polls--;
    } else {
      left--;
      tellWhenStopped();
    }
    return this;
  }

  private void tellWhenStopped() {
    if (left == 0) {
      stopping.ifPresent(replyTo -> replyTo.tell(Done.getInstance()));
    }
  }
}
