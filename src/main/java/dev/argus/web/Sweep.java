package dev.argus.web;

import dev.argus.config.SweepSettings;
import dev.argus.ports.MessageQueue;
import dev.argus.ports.ObjectStore;
import dev.argus.protocol.PhotoId;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;

/**
 * Sends photos again whose message was lost: their sender died between the acceptance record and
 * the queue, or the message could not be read.
 *
 * <p>That a photo without a result is in no message can be told in two ways; see {@link Candidates}
 * for what is remembered in between.
 *
 * <ul>
 *   <li>Certain: the queues of requests and of dead letters were empty on two looks in a row (two,
 *       since SQS counts approximately, and since whoever retries to publish has had its turn).
 *       Then every photo that is past its grace and has no result is an orphan.
 *   <li>Overtaken, while the queue is never empty: the head of the queue (see {@link Overtaking})
 *       has passed the photo, and has come to photos accepted after that was noticed. The second
 *       time is for a photo whose node died: it queues up again behind everybody.
 * </ul>
 *
 * <p>So a photo that merely waits in a long queue is never sent twice: the head is still before it,
 * and when nothing is answered there is no head. A node that is cut off from S3 may hold a photo
 * for as long as {@code worker.outage-patience}; if that is more than twice {@code
 * sweep.overtaken}, it may be recognised twice. That does no harm: the second result is not
 * written.
 *
 * <p>Nothing is listed twice: all photos accepted before {@code from} are answered or remembered.
 * In a long queue only what the head has passed is listed.
 */
final class Sweep extends AbstractBehavior<Sweep.Command> {
  private static final int EMPTY_LOOKS = 2;
  private static final int PARALLELISM = 8;

  sealed interface Command {}

  enum Tick implements Command {
    INSTANCE
  }

  private record Counted(boolean requestsEmpty, boolean deadLettersEmpty) implements Command {}

  private record Listed(Unanswered.Found found, boolean certain, Instant head) implements Command {}

  private record Swept(List<Confirmed> photos, boolean cut) implements Command {}

  private record Failed(Throwable cause) implements Command {}

  private record Confirmed(PhotoId id, Resend.Outcome outcome) {}

  /**
   * What the sweep works with.
   *
   * @param replyQueue where the answers go: this web node's own response queue
   * @param inHand photos that this web node still tries to publish
   * @param head everything accepted before this has been overtaken; empty if that cannot be told
   */
  record Dependencies(
      ObjectStore store,
      MessageQueue requests,
      MessageQueue deadLetters,
      Resend resend,
      String replyQueue,
      Predicate<PhotoId> inHand,
      Supplier<Optional<Instant>> head,
      WebMetrics metrics,
      InstantSource clock) {}

  static Behavior<Command> create(Dependencies dependencies, SweepSettings settings) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(timers -> new Sweep(context, timers, dependencies, settings)));
  }

  private final TimerScheduler<Command> timers;
  private final Dependencies deps;
  private final SweepSettings settings;
  private final Unanswered unanswered;
  private final Candidates candidates;
  private Instant from;
  private int emptyLooks;

  private Sweep(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      Dependencies dependencies,
      SweepSettings settings) {
    super(context);
    this.timers = timers;
    this.deps = dependencies;
    this.settings = settings;
    this.unanswered =
        new Unanswered(dependencies.store(), settings.maxListed(), context.getSystem());
    this.candidates = new Candidates(settings.maxCandidates());
    this.from = dependencies.clock().instant().minus(settings.window());
    timers.startSingleTimer(Tick.INSTANCE, settings.interval());
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessageEquals(Tick.INSTANCE, this::onTick)
        .onMessage(Counted.class, this::onCounted)
        .onMessage(Listed.class, this::onListed)
        .onMessage(Swept.class, this::onSwept)
        .onMessage(Failed.class, this::onFailed)
        .build();
  }

  /** In this order, for a photo is on the dead-letter queue before it leaves the other. */
  private Behavior<Command> onTick() {
    getContext()
        .pipeToSelf(
            deps.requests()
                .counts()
                .thenCompose(
                    waiting ->
                        deps.deadLetters()
                            .counts()
                            .thenApply(dead -> new Counted(waiting.isEmpty(), dead.isEmpty()))),
            (counted, failure) -> failure == null ? counted : new Failed(failure));
    return this;
  }

  private Behavior<Command> onCounted(Counted counted) {
    emptyLooks = counted.requestsEmpty() && counted.deadLettersEmpty() ? emptyLooks + 1 : 0;
    Instant pastGrace = deps.clock().instant().minus(settings.grace());
    if (emptyLooks >= EMPTY_LOOKS) {
      return look(pastGrace, true, pastGrace);
    }
    Optional<Instant> head = deps.head().get();
    boolean somethingPassed =
        head.isPresent()
            && (head.get().isAfter(from) || !candidates.overtaken(head.get()).isEmpty());
    return counted.deadLettersEmpty() && somethingPassed
        ? look(head.get().isBefore(pastGrace) ? head.get() : pastGrace, false, head.get())
        : again();
  }

  private Behavior<Command> look(Instant to, boolean certain, Instant head) {
    CompletionStage<Unanswered.Found> found =
        to.isAfter(from) && candidates.hasRoom()
            ? unanswered.between(from, to)
            : CompletableFuture.completedFuture(new Unanswered.Found(List.of(), from, false));
    getContext()
        .pipeToSelf(
            found,
            (listed, failure) ->
                failure == null ? new Listed(listed, certain, head) : new Failed(failure));
    return this;
  }

  private Behavior<Command> onListed(Listed listed) {
    Unanswered.Found found = listed.found();
    Instant seen = candidates.note(found.ids(), deps.clock().instant()).orElse(found.end());
    // Once more what may still be put by a slow sender, or one whose clock is behind.
    Instant next = listed.certain() ? seen.minus(settings.grace()) : seen;
    from = next.isAfter(from) ? next : from;
    List<PhotoId> orphans =
        listed.certain() ? candidates.all() : candidates.overtaken(listed.head());
    getContext()
        .pipeToSelf(
            Source.from(orphans)
                .filterNot(deps.inHand()::test)
                .mapAsync(PARALLELISM, this::sendUnlessAnswered)
                .runWith(Sink.seq(), getContext().getSystem()),
            (photos, failure) ->
                failure == null ? new Swept(photos, found.cut()) : new Failed(failure));
    return this;
  }

  private CompletionStage<Confirmed> sendUnlessAnswered(PhotoId id) {
    return deps.resend()
        .unlessAnswered(id, deps.replyQueue())
        .thenApply(outcome -> new Confirmed(id, outcome));
  }

  private Behavior<Command> onSwept(Swept swept) {
    Instant now = deps.clock().instant();
    int sent = 0;
    for (Confirmed photo : swept.photos()) {
      switch (photo.outcome()) {
        case SENT -> {
          sent++;
          deps.metrics().swept();
          candidates.sent(photo.id(), now);
        }
        case ANSWERED, PHOTO_GONE -> candidates.settled(photo.id());
        case FAILED -> emptyLooks = 0;
      }
    }
    if (sent > 0) {
      emptyLooks = 0;
      getContext().getLog().info("sent {} photos again that no message held", sent);
    }
    if (swept.cut() && candidates.hasRoom()) {
      getContext().getSelf().tell(Tick.INSTANCE);
      return this;
    }
    return again();
  }

  private Behavior<Command> onFailed(Failed failed) {
    emptyLooks = 0;
    getContext()
        .getLog()
        .warn("the sweep failed, next in {}: {}", settings.interval(), failed.cause().toString());
    return again();
  }

  private Behavior<Command> again() {
    timers.startSingleTimer(Tick.INSTANCE, settings.interval());
    return this;
  }
}
