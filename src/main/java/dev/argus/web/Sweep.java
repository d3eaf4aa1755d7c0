package dev.argus.web;

import dev.argus.config.SweepSettings;
import dev.argus.ports.MessageQueue;
import dev.argus.ports.ObjectStore;
import dev.argus.protocol.PhotoId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
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
 * In a long queue only what the head has passed is listed. How far that has come is kept (see
 * {@link SweepProgress}), so a sweep that starts goes on where the last one was, however long ago.
 * The first of all begins with the oldest photo there can be.
 *
 * <p>While nothing is left behind, and there is neither a photo nor an app node, it looks every
 * {@code sweep.idle-interval} only: then there is nothing to find but what another web node left
 * behind when it died between two steps.
 */
final class Sweep extends AbstractBehavior<Sweep.Command> {
  private static final int EMPTY_LOOKS = 2;
  private static final int PARALLELISM = 8;

  sealed interface Command {}

  enum Tick implements Command {
    INSTANCE
  }

  private record Begun(Instant from) implements Command {}

  private record Counted(boolean requestsEmpty, boolean deadLettersEmpty) implements Command {}

  private record Listed(Unanswered.Found found, boolean certain, Instant head, Instant stored)
      implements Command {}

  private record Swept(List<Confirmed> photos, boolean cut) implements Command {}

  private record Saved(Instant settledBefore, boolean cut) implements Command {}

  private record Failed(Throwable cause) implements Command {}

  private record Confirmed(PhotoId id, Resend.Outcome outcome) {}

  /**
   * What the sweep works with.
   *
   * @param replyQueue where the answers go: this web node's own response queue
   * @param inHand photos that this web node still tries to publish
   * @param head everything accepted before this has been overtaken; empty if that cannot be told
   * @param isIdle whether the controller sees neither a photo nor an app node
   */
  record Dependencies(
      ObjectStore store,
      MessageQueue requests,
      MessageQueue deadLetters,
      Resend resend,
      String replyQueue,
      Predicate<PhotoId> inHand,
      Supplier<Optional<Instant>> head,
      BooleanSupplier isIdle,
      WebMetrics metrics,
      InstantSource clock) {}

  /**
   * @param photosKept no photo is older
   */
  static Behavior<Command> create(
      Dependencies dependencies, SweepSettings settings, Duration photosKept) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> new Sweep(context, timers, dependencies, settings, photosKept)));
  }

  private final TimerScheduler<Command> timers;
  private final Dependencies deps;
  private final SweepSettings settings;
  private final Duration photosKept;
  private final SweepProgress progress;
  private final Unanswered unanswered;
  private final Candidates candidates;
  private final Rest rest;
  private Instant from; // null until it is known how far the last sweep came
  private Instant settledBefore;
  private int emptyLooks;

  private Sweep(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      Dependencies dependencies,
      SweepSettings settings,
      Duration photosKept) {
    super(context);
    this.timers = timers;
    this.deps = dependencies;
    this.settings = settings;
    this.photosKept = photosKept;
    this.progress = new SweepProgress(dependencies.store());
    this.unanswered =
        new Unanswered(dependencies.store(), settings.maxListed(), context.getSystem());
    this.candidates = new Candidates(settings.maxCandidates());
    this.rest = new Rest(settings.idleInterval(), dependencies.isIdle(), dependencies.clock());
    timers.startSingleTimer(Tick.INSTANCE, settings.interval());
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessageEquals(Tick.INSTANCE, this::onTick)
        .onMessage(Begun.class, this::onBegun)
        .onMessage(Counted.class, this::onCounted)
        .onMessage(Listed.class, this::onListed)
        .onMessage(Swept.class, this::onSwept)
        .onMessage(Saved.class, this::onSaved)
        .onMessage(Failed.class, this::onFailed)
        .build();
  }

  private Behavior<Command> onTick() {
    if (rest.isOn()) {
      return again();
    }
    return from == null ? begin() : count();
  }

  /** While it cannot be read how far the last sweep came, nothing is swept. */
  private Behavior<Command> begin() {
    Instant oldest = deps.clock().instant().minus(photosKept);
    getContext()
        .pipeToSelf(
            progress.load(),
            (saved, failure) ->
                failure == null ? new Begun(saved.orElse(oldest)) : new Failed(failure));
    return this;
  }

  private Behavior<Command> onBegun(Begun begun) {
    from = begun.from();
    settledBefore = from;
    return count();
  }

  /** In this order, for a photo is on the dead-letter queue before it leaves the other. */
  private Behavior<Command> count() {
    rest.looks();
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
    Instant stored = deps.clock().instant().minus(settings.storedWithin());
    CompletionStage<Unanswered.Found> found =
        to.isAfter(from) && candidates.hasRoom()
            ? unanswered.between(from, to)
            : CompletableFuture.completedFuture(new Unanswered.Found(List.of(), from, false));
    getContext()
        .pipeToSelf(
            found,
            (listed, failure) ->
                failure == null ? new Listed(listed, certain, head, stored) : new Failed(failure));
    return this;
  }

  private Behavior<Command> onListed(Listed listed) {
    Unanswered.Found found = listed.found();
    Instant seen = candidates.note(found.ids(), deps.clock().instant()).orElse(found.end());
    // Once more what a slow sender may have put since, or may still put.
    Instant next = seen.isBefore(listed.stored()) ? seen : listed.stored();
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
          getContext()
              .getLog()
              .info("{} is sent again by the sweep: no message held it", photo.id());
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
    Instant settled = candidates.oldest().filter(oldest -> oldest.isBefore(from)).orElse(from);
    rest.found(sent > 0 || swept.cut() || emptyLooks < EMPTY_LOOKS || !candidates.all().isEmpty());
    return settled.isAfter(settledBefore) ? save(settled, swept.cut()) : next(swept.cut());
  }

  private Behavior<Command> save(Instant settled, boolean cut) {
    getContext()
        .pipeToSelf(
            progress.save(settled),
            (done, failure) -> failure == null ? new Saved(settled, cut) : new Failed(failure));
    return this;
  }

  private Behavior<Command> onSaved(Saved saved) {
    settledBefore = saved.settledBefore();
    return next(saved.cut());
  }

  private Behavior<Command> next(boolean cut) {
    if (cut && candidates.hasRoom()) {
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
