package dev.argus.web;

import dev.argus.config.WebSettings;
import dev.argus.ports.MessageQueue;
import dev.argus.ports.ObjectStore;
import dev.argus.protocol.ClassifyReply;
import dev.argus.protocol.ClassifyRequest;
import dev.argus.protocol.Codec;
import dev.argus.protocol.ObjectKeys;
import dev.argus.protocol.PhotoId;
import dev.argus.protocol.Problem;
import java.time.Duration;
import java.util.Optional;
import java.util.function.IntFunction;
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
 * Owns one photo from upload to answer: store, register, publish, wait.
 *
 * <p>The object in the input bucket is the acceptance record. Before it is written nothing is owed
 * and a failure refuses the photo; from then on an answer is owed, and a publish that fails is
 * tried again (and made good by the {@link Sweep} if this process dies). The actor stops when the
 * reply has come or the deadline has passed; the work goes on without it.
 */
final class RequestActor extends AbstractBehavior<RequestActor.Command> {

  sealed interface Command {}

  private record Stored(boolean written) implements Command {}

  private record StoreFailed(Throwable cause) implements Command {}

  private enum Published implements Command {
    INSTANCE
  }

  private record PublishFailed(Throwable cause) implements Command {}

  private enum PublishAgain implements Command {
    INSTANCE
  }

  private record Replied(ClassifyReply reply) implements Command {}

  private enum PatienceOver implements Command {
    INSTANCE
  }

  private enum DeadlinePassed implements Command {
    INSTANCE
  }

  /**
   * What the actor works with.
   *
   * @param replyQueue this web node's own response queue: the return address
   * @param onAccepted told at once of every accepted photo; wakes the controller
   * @param publishBackoff how long to wait after the n-th failed publish
   */
  record Dependencies(
      ObjectStore store,
      MessageQueue requests,
      String replyQueue,
      ActorRef<ReplyRouter.Command> router,
      Runnable onAccepted,
      WebMetrics metrics,
      IntFunction<Duration> publishBackoff,
      WebSettings settings) {}

  /**
   * One upload.
   *
   * @param permit its buffer is given back when the photo is stored and sent, the rest when the
   *     actor stops
   * @param deadline how long the answer is waited for at most
   * @param pendingAfter when the client wants to hear that its photo is pending: zero means as soon
   *     as it is accepted; empty means never, the client waits until the deadline
   */
  record Upload(
      PhotoId id,
      Photo photo,
      Admission.Permit permit,
      Optional<String> traceparent,
      Duration deadline,
      Optional<Duration> pendingAfter,
      ActorRef<Outcome> replyTo) {}

  static Behavior<Command> create(Upload upload, Dependencies dependencies) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> new RequestActor(context, timers, upload, dependencies)));
  }

  private final TimerScheduler<Command> timers;
  private final Dependencies deps;
  private final PhotoId id;
  private final String name;
  private final Admission.Permit permit;
  private final boolean untilAccepted;
  private final ActorRef<Outcome> replyTo;
  private boolean outcomeGiven;
  // Holds the photo while it is small; dropped once it is sent, since waits are long.
  private ClassifyRequest request;
  private int publishAttempts;

  private RequestActor(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      Upload upload,
      Dependencies dependencies) {
    super(context);
    this.timers = timers;
    this.deps = dependencies;
    this.id = upload.id();
    this.name = upload.photo().name();
    this.permit = upload.permit();
    this.untilAccepted = upload.pendingAfter().filter(Duration::isZero).isPresent();
    this.replyTo = upload.replyTo();
    timers.startSingleTimer(DeadlinePassed.INSTANCE, upload.deadline());
    upload
        .pendingAfter()
        .filter(after -> !after.isZero())
        .ifPresent(after -> timers.startSingleTimer(PatienceOver.INSTANCE, after));
    request =
        new ClassifyRequest(
            id,
            name,
            upload.photo().contentType(),
            deps.replyQueue(),
            id.acceptedAt().plus(upload.deadline()),
            upload.traceparent(),
            payload(upload.photo()));
    context.pipeToSelf(
        deps.store()
            .putIfAbsent(
                ObjectStore.Bucket.INPUT, ObjectKeys.photo(id), InputObject.of(upload.photo())),
        (written, failure) -> failure == null ? new Stored(written) : new StoreFailed(failure));
  }

  private ClassifyRequest.Payload payload(Photo photo) {
    return photo.bytes().size() <= deps.settings().inlineLimitBytes()
        ? new ClassifyRequest.Inline(photo.bytes())
        : new ClassifyRequest.ClaimCheck(ObjectKeys.photo(id));
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Stored.class, this::onStored)
        .onMessage(StoreFailed.class, this::onStoreFailed)
        .onMessageEquals(Published.INSTANCE, this::onPublished)
        .onMessage(PublishFailed.class, this::onPublishFailed)
        .onMessageEquals(PublishAgain.INSTANCE, this::onPublishAgain)
        .onMessage(Replied.class, this::onReplied)
        .onMessageEquals(PatienceOver.INSTANCE, this::onPatienceOver)
        .onMessageEquals(DeadlinePassed.INSTANCE, this::onDeadlinePassed)
        .onSignal(PostStop.class, this::onPostStop)
        .build();
  }

  private Behavior<Command> onStored(Stored stored) {
    if (!stored.written()) {
      // Ids are random: only a retry inside the S3 client finds its own first attempt.
      getContext().getLog().debug("{} was stored by an earlier attempt", id);
    }
    deps.metrics().accepted();
    deps.onAccepted().run();
    ActorRef<ClassifyReply> waiter = getContext().messageAdapter(ClassifyReply.class, Replied::new);
    deps.router().tell(new ReplyRouter.Register(id, waiter));
    return publish();
  }

  private Behavior<Command> onStoreFailed(StoreFailed failed) {
    getContext().getLog().warn("{} was not accepted: {}", id, failed.cause().toString());
    give(
        new Outcome.Refused(
            Problem.Kind.UNAVAILABLE.because(
                "The photo could not be stored, so it was not accepted. Send it again later.")));
    return Behaviors.stopped();
  }

  private Behavior<Command> publish() {
    publishAttempts++;
    getContext()
        .pipeToSelf(
            deps.requests().send(Codec.encode(request)),
            (Done done, Throwable failure) ->
                failure == null ? Published.INSTANCE : new PublishFailed(failure));
    return this;
  }

  private Behavior<Command> onPublished() {
    request = null;
    permit.releaseBuffer();
    if (untilAccepted) {
      give(new Outcome.Pending(id, name));
    }
    return this;
  }

  private Behavior<Command> onPublishFailed(PublishFailed failed) {
    Duration delay = deps.publishBackoff().apply(publishAttempts);
    getContext()
        .getLog()
        .warn("{} was not published, again in {}: {}", id, delay, failed.cause().toString());
    timers.startSingleTimer(PublishAgain.INSTANCE, delay);
    if (untilAccepted) {
      give(new Outcome.Pending(id, name));
    }
    return this;
  }

  private Behavior<Command> onPublishAgain() {
    return publish();
  }

  private Behavior<Command> onReplied(Replied replied) {
    give(new Outcome.Answered(replied.reply()));
    return Behaviors.stopped();
  }

  private Behavior<Command> onPatienceOver() {
    give(new Outcome.Pending(id, name));
    return this;
  }

  private Behavior<Command> onDeadlinePassed() {
    give(new Outcome.DeadlinePassed(id, name));
    return Behaviors.stopped();
  }

  private Behavior<Command> onPostStop(PostStop stopped) {
    permit.close();
    return this;
  }

  private void give(Outcome outcome) {
    if (!outcomeGiven) {
      outcomeGiven = true;
      replyTo.tell(outcome);
    }
  }
}
