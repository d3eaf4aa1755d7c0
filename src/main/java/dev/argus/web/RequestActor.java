package dev.argus.web;

import dev.argus.config.RequestSettings;
import dev.argus.ports.MessageQueue;
import dev.argus.ports.ObjectStore;
import dev.argus.protocol.ClassifyReply;
import dev.argus.protocol.ClassifyRequest;
import dev.argus.protocol.Codec;
import dev.argus.protocol.ObjectKeys;
import dev.argus.protocol.PhotoId;
import dev.argus.protocol.Problem;
import dev.argus.tracing.Tracing;
import io.opentelemetry.api.trace.SpanKind;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.Signal;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Owns one photo from upload to answer: store, register, publish, wait.
 *
 * <p>Of several uploads with one idempotency key, and so with one id, the one whose acceptance
 * record was written publishes; the others join it, and wait for the same result.
 *
 * <p>The object in the input bucket is the acceptance record. Before it is written nothing is owed
 * and a refusal refuses the photo; a client whose photo may or may not be stored is told so, and
 * where its result would be, and the actor goes on looking for a while. Once it is written an
 * answer is owed, and a publish that fails is tried again (and made good by the {@link Sweep} if
 * this process dies). The actor stops when the reply has come, the deadline has passed or the
 * client is gone; the work goes on without it.
 */
final class RequestActor {
  private static final Logger LOG = LoggerFactory.getLogger(RequestActor.class);

  /** What one look into S3 may take, also after the deadline: less than whoever asked allows. */
  private static final Duration LOOK = Duration.ofSeconds(5);

  /** Looks for a write of unknown outcome; after a second, two, four and so on. */
  private static final int LOOKS = 5;

  sealed interface Command {}

  /** The photo itself; the first message. */
  record Start(Photo photo) implements Command {}

  private enum Event implements Command {
    LOOK_AGAIN,
    PUBLISHED,
    PUBLISH_AGAIN,
    PATIENCE_OVER,
    DEADLINE_PASSED,
    CLIENT_GONE
  }

  private record Stored(AcceptanceRecord.State state) implements Command {}

  private record PublishFailed(Throwable cause) implements Command {}

  private record Replied(ClassifyReply reply) implements Command {}

  private record Joined(Outcome outcome) implements Command {}

  private record LastLooked(Optional<Outcome> answer) implements Command {}

  /**
   * What the actor works with.
   *
   * @param replyQueue this web node's own response queue: the return address
   * @param lookup finds the results of photos that other uploads own
   * @param onAccepted told at once of every accepted photo; wakes the controller
   * @param unpublished ids of photos that are stored and not sent yet, which the sweep leaves alone
   * @param publishBackoff how long to wait after the n-th failed publish
   * @param tracing makes the spans of photos
   */
  record Dependencies(
      ObjectStore store,
      MessageQueue requests,
      String replyQueue,
      ActorRef<ReplyRouter.Command> router,
      ResultLookup lookup,
      Runnable onAccepted,
      Ledger ledger,
      Set<PhotoId> unpublished,
      IntFunction<Duration> publishBackoff,
      RequestSettings settings,
      InstantSource clock,
      Tracing tracing) {}

  static Behavior<Command> create(Upload upload, Dependencies dependencies) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> new RequestActor(context, timers, upload, dependencies).behavior()));
  }

  private final ActorContext<Command> context;
  private final TimerScheduler<Command> timers;
  private final Dependencies deps;
  private final Upload upload;
  private final AcceptanceRecord record;
  private boolean accepted;
  private boolean patienceOver;
  private boolean waitOver;
  private boolean outcomeGiven;
  // Holds the photo while it is small; dropped once it is sent.
  private ClassifyRequest request;
  private boolean registered; // with the router, and not answered yet
  private int publishAttempts;
  private int looks;

  private RequestActor(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      Upload upload,
      Dependencies dependencies) {
    this.context = context;
    this.timers = timers;
    this.deps = dependencies;
    this.upload = upload;
    this.record = new AcceptanceRecord(dependencies.store(), upload.id(), LOOK);
    this.patienceOver = upload.pendingAfter().filter(Duration::isZero).isPresent();
    timers.startSingleTimer(Event.DEADLINE_PASSED, upload.deadline());
    upload
        .pendingAfter()
        .filter(after -> !after.isZero())
        .ifPresent(after -> timers.startSingleTimer(Event.PATIENCE_OVER, after));
    ActorRef<Command> self = context.getSelf();
    upload.gone().thenRun(() -> self.tell(Event.CLIENT_GONE));
  }

  // A receive builder would keep a case for each kind of message, and so for each photo that waits.
  private Behavior<Command> behavior() {
    return Behaviors.receive(
        (ctx, message) -> onMessage(message), (ctx, signal) -> onSignal(signal));
  }

  private Behavior<Command> onMessage(Command message) {
    if (message instanceof Start start) {
      return onStart(start);
    }
    if (message instanceof Stored stored) {
      return onStored(stored);
    }
    if (message instanceof PublishFailed failed) {
      return onPublishFailed(failed);
    }
    if (message instanceof Replied replied) {
      return onReplied(replied);
    }
    if (message instanceof Joined joined) {
      return onJoined(joined);
    }
    if (message instanceof LastLooked looked) {
      return onLastLooked(looked);
    }
    return switch ((Event) message) {
      case LOOK_AGAIN -> onLookAgain();
      case PUBLISHED -> onPublished();
      case PUBLISH_AGAIN -> publish();
      case PATIENCE_OVER -> onPatienceOver();
      case DEADLINE_PASSED -> onDeadlinePassed();
      case CLIENT_GONE -> onClientGone();
    };
  }

  private Behavior<Command> onStart(Start start) {
    request =
        new ClassifyRequest(
            upload.id(),
            upload.name(),
            start.photo().contentType(),
            deps.replyQueue(),
            deps.clock().instant().plus(upload.deadline()),
            upload.traceparent(),
            payload(start.photo()));
    context.pipeToSelf(
        deps.tracing()
            .trace(
                "put photo",
                SpanKind.CLIENT,
                upload.traceparent(),
                () -> record.write(start.photo())),
        (state, never) -> new Stored(state));
    return Behaviors.same();
  }

  private ClassifyRequest.Payload payload(Photo photo) {
    return photo.bytes().size() <= deps.settings().inlineLimitBytes()
        ? new ClassifyRequest.Inline(photo.bytes())
        : claimCheck();
  }

  private ClassifyRequest.Payload claimCheck() {
    return new ClassifyRequest.ClaimCheck(ObjectKeys.photo(upload.id()));
  }

  private Behavior<Command> onStored(Stored stored) {
    return switch (stored.state()) {
      case WRITTEN -> accepted();
      case PRESENT -> outcomeGiven ? Behaviors.stopped() : join();
      case REFUSED -> {
        give(notAccepted());
        yield Behaviors.stopped();
      }
      case UNKNOWN -> {
        give(uncertain());
        waitOver = true;
        yield lookLater();
      }
    };
  }

  /** The write may still arrive. What has not by the last look is left to the sweep. */
  private Behavior<Command> lookLater() {
    if (looks == LOOKS) {
      return Behaviors.stopped();
    }
    timers.startSingleTimer(Event.LOOK_AGAIN, Duration.ofSeconds(1L << looks));
    looks++;
    // Its place in flight bounds how many are looked for, its bytes need not be kept.
    request = request.with(claimCheck());
    upload.permit().releaseBuffer();
    return Behaviors.same();
  }

  private Behavior<Command> onLookAgain() {
    context.pipeToSelf(record.again(), (state, never) -> new Stored(state));
    return Behaviors.same();
  }

  private Behavior<Command> accepted() {
    accepted = true;
    deps.unpublished().add(upload.id());
    upload.permit().accepted();
    deps.ledger().accepted(upload.id());
    deps.onAccepted().run();
    registered = true;
    deps.router().tell(new ReplyRouter.Register<>(upload.id(), context.getSelf(), Replied::new));
    return publish();
  }

  /** Another upload with the same key was first: it publishes, and its answer is this one's too. */
  private Behavior<Command> join() {
    log(Level.INFO).log("{} was sent again with its key: this upload joins it", upload.id());
    accepted = true;
    request = null;
    upload.permit().releaseBuffer();
    timers.cancel(Event.PATIENCE_OVER); // the waiter looks once more before it says so
    context.spawn(
        ResultWaiter.create(
            upload.id(),
            Optional.of(new Outcome.Pending(upload.id(), upload.name())),
            upload.pendingAfter().orElse(upload.deadline()),
            deps.settings().resultPoll(),
            upload.gone(),
            deps.lookup(),
            deps.router(),
            context.messageAdapter(Outcome.class, Joined::new)),
        "waiter");
    return Behaviors.same();
  }

  private Behavior<Command> onJoined(Joined joined) {
    boolean waitedToTheEnd =
        joined.outcome() instanceof Outcome.Pending && upload.pendingAfter().isEmpty();
    give(
        waitedToTheEnd ? new Outcome.DeadlinePassed(upload.id(), upload.name()) : joined.outcome());
    return Behaviors.stopped();
  }

  private static Outcome notAccepted() {
    return new Outcome.Refused(
        Problem.Kind.UNAVAILABLE.because(
            "The photo could not be stored, so it was not accepted. Send it again later."));
  }

  private Outcome uncertain() {
    return new Outcome.Uncertain(upload.id(), upload.name());
  }

  private Behavior<Command> publish() {
    publishAttempts++;
    context.pipeToSelf(
        deps.requests().send(Codec.encode(request), deps.ledger().isBusy()),
        (Done done, Throwable failure) ->
            failure == null ? Event.PUBLISHED : new PublishFailed(failure));
    return Behaviors.same();
  }

  private Behavior<Command> onPublished() {
    log(Level.INFO).log("{} is sent to the app nodes", upload.id());
    request = null;
    deps.unpublished().remove(upload.id());
    upload.permit().releaseBuffer();
    givePendingIfPatienceIsOver();
    return waitOver ? Behaviors.stopped() : Behaviors.same();
  }

  private Behavior<Command> onPublishFailed(PublishFailed failed) {
    Duration delay = deps.publishBackoff().apply(publishAttempts);
    log(Level.WARN)
        .log(
            "{} was not published, again in {}: {}", upload.id(), delay, failed.cause().toString());
    timers.startSingleTimer(Event.PUBLISH_AGAIN, delay);
    givePendingIfPatienceIsOver();
    return Behaviors.same();
  }

  private Behavior<Command> onReplied(Replied replied) {
    registered = false;
    give(new Outcome.Answered(replied.reply()));
    return Behaviors.stopped();
  }

  private Behavior<Command> onPatienceOver() {
    patienceOver = true;
    givePendingIfPatienceIsOver();
    return Behaviors.same();
  }

  private void givePendingIfPatienceIsOver() {
    if (patienceOver && accepted) {
      give(new Outcome.Pending(upload.id(), upload.name()));
    }
  }

  private Behavior<Command> onDeadlinePassed() {
    if (!accepted) {
      give(uncertain()); // the store has not said yet
      return Behaviors.stopped();
    }
    // The result may be there although its reply is not: lost, or with the process before this one.
    context.pipeToSelf(
        deps.lookup()
            .find(upload.id())
            .toCompletableFuture()
            .orTimeout(LOOK.toMillis(), TimeUnit.MILLISECONDS),
        (found, failure) ->
            new LastLooked(Optional.ofNullable(found).filter(Outcome.Answered.class::isInstance)));
    return Behaviors.same();
  }

  private Behavior<Command> onLastLooked(LastLooked looked) {
    log(Level.INFO).log("{} is not waited for any more: its deadline is over", upload.id());
    give(looked.answer().orElseGet(() -> new Outcome.DeadlinePassed(upload.id(), upload.name())));
    waitOver = true;
    // The client's wait is over; the duty to send what was accepted is not.
    return request != null ? Behaviors.same() : Behaviors.stopped();
  }

  /** Nobody waits any more: the place in flight is another's. What is on its way is still sent. */
  private Behavior<Command> onClientGone() {
    log(Level.INFO).log("{} is not waited for: its client did not wait, or is gone", upload.id());
    waitOver = true;
    return request != null ? Behaviors.same() : Behaviors.stopped();
  }

  /** Whatever stopped this actor, its client hears, and its permit is given back. */
  private Behavior<Command> onSignal(Signal signal) {
    if (!(signal instanceof PostStop)) {
      return Behaviors.unhandled();
    }
    deps.unpublished().remove(upload.id());
    if (registered) {
      deps.router().tell(new ReplyRouter.Forget(upload.id(), context.getSelf()));
    }
    upload.permit().close();
    if (accepted) {
      give(new Outcome.Pending(upload.id(), upload.name()));
    } else {
      give(request == null ? notAccepted() : uncertain()); // without a request nothing was begun
    }
    return Behaviors.same();
  }

  /** Not by the actor's context, which would write down where it comes from for each line. */
  private LoggingEventBuilder log(Level level) {
    return Tracing.log(LOG, level, upload.traceparent());
  }

  private void give(Outcome outcome) {
    if (!outcomeGiven) {
      outcomeGiven = true;
      upload.onOutcome().accept(outcome);
    }
  }
}
