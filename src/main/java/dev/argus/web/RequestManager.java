package dev.argus.web;

import dev.argus.protocol.PhotoId;
import dev.argus.protocol.Problem;
import java.time.Duration;
import java.util.Optional;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Terminated;
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
  record Submit(RequestActor.Upload upload, Photo photo) implements Command {}

  /** Wait for the result of a photo that was accepted before. */
  record Await(PhotoId id, Duration patience, ActorRef<Outcome> replyTo) implements Command {}

  /** Take nothing in any more, and stop all waits. */
  record Stop(ActorRef<Done> replyTo) implements Command {}

  static Behavior<Command> create(RequestActor.Dependencies dependencies) {
    return Behaviors.setup(context -> new RequestManager(context, dependencies));
  }

  private final RequestActor.Dependencies dependencies;
  private long submitted;
  private int running;
  private Optional<ActorRef<Done>> stopping = Optional.empty();

  private RequestManager(ActorContext<Command> context, RequestActor.Dependencies dependencies) {
    super(context);
    this.dependencies = dependencies;
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Submit.class, this::onSubmit)
        .onMessage(Await.class, this::onAwait)
        .onMessage(Stop.class, this::onStop)
        .onSignal(Terminated.class, this::onTerminated)
        .build();
  }

  private Behavior<Command> onSubmit(Submit submit) {
    if (stopping.isPresent()) {
      submit.upload().permit().close();
      submit
          .upload()
          .replyTo()
          .tell(
              new Outcome.Refused(
                  Problem.Kind.UNAVAILABLE.because("This web node stops. Send it again.")));
      return this;
    }
    ActorRef<RequestActor.Command> request =
        getContext()
            .spawn(
                RequestActor.create(submit.upload(), dependencies),
                // Two uploads with one idempotency key have one id.
                "request-" + submit.upload().id() + "-" + submitted++);
    request.tell(new RequestActor.Start(submit.photo()));
    running++;
    getContext().watch(request);
    return this;
  }

  private Behavior<Command> onAwait(Await await) {
    getContext()
        .spawnAnonymous(
            ResultWaiter.create(
                await.id(),
                await.patience(),
                dependencies.settings().resultPoll(),
                dependencies.lookup(),
                dependencies.router(),
                await.replyTo()));
    return this;
  }

  private Behavior<Command> onStop(Stop stop) {
    stopping = Optional.of(stop.replyTo());
    getContext().getChildren().forEach(child -> getContext().stop(child));
    tellWhenStopped();
    return this;
  }

  private Behavior<Command> onTerminated(Terminated terminated) {
    running--;
    tellWhenStopped();
    return this;
  }

  private void tellWhenStopped() {
    if (running == 0) {
      stopping.ifPresent(replyTo -> replyTo.tell(Done.getInstance()));
    }
  }
}
