package dev.argus.batch;

import dev.argus.batch.BatchView.State;
import dev.argus.batch.Manifest.Entry;
import dev.argus.ports.ObjectStore;
import dev.argus.protocol.BatchId;
import dev.argus.protocol.ClassifyReply;
import dev.argus.protocol.PhotoId;
import dev.argus.protocol.Problem;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * One batch at this web node: knows its photos and tells who asks.
 *
 * <p>Who sends its photos enters each before it is stored, and tells what became of it. Of the
 * others it looks for the results in S3, while somebody asks. Answers wait here until they are
 * asked for, so a client that reads slowly slows nobody else.
 */
public final class Batch extends AbstractBehavior<Batch.Command> {
  /** After so long without a word to or from it, a batch is forgotten. */
  private static final Duration IDLE = Duration.ofMinutes(1);

  /** It counts as being received until its web node has not said so for three renewals. */
  private static final int RENEWALS = 3;

  private static final int MAX_EVENTS = 32;

  /** So many photos are looked for at once, and more only while answers are found. */
  private static final int LOOK = 64;

  /** See also {@link BatchQuestion}. */
  public interface Command {}

  /** A photo is about to be stored; it must not be before {@link Entered} says so. */
  public record Enter(
      int index, String name, PhotoId id, Optional<PhotoId> bytes, ActorRef<Entered> replyTo)
      implements Command {
    Entry entry() {
      return new Entry(index, name, Optional.of(id), bytes, Optional.empty());
    }
  }

  /**
   * @param refused why the photo may not be stored
   */
  public record Entered(Optional<Problem> refused) {}

  /**
   * What became of a photo; neither if it is accepted, or may be, and nobody waits for its answer.
   */
  public record Settled(
      int index, String name, Optional<ClassifyReply> reply, Optional<Problem> refused)
      implements Command {}

  /** No more photos come. */
  public record Received() implements Command {}

  enum Signal implements Command {
    CLOSE,
    LET_GO,
    IDLE,
    RENEW,
    SAVE,
    LOOK_DUE,
    NOTHING_NEW
  }

  record Read(Optional<Manifest> manifest, Throwable failure) implements Command {
    static Read of(Optional<Manifest> found, Throwable failure) {
      return new Read(failure == null ? found : Optional.empty(), failure);
    }
  }

  private record Saved(ManifestWrites.Write write, Manifest manifest) implements Command {}

  private record NotSaved(ManifestWrites.Write write, Throwable failure) implements Command {}

  private record Looked(List<PhotoFinder.Found> found, List<Photos.Sought> rest)
      implements Command {}

  private record Replied(ClassifyReply reply) implements Command {}

  /**
   * What batches work with.
   *
   * @param register asks to be told of the reply to a photo that comes to this web node
   * @param onFinished told of a batch when all its photos are finished
   * @param storedWithin no photo is stored under an id older than this
   * @param poll how often results are looked for while somebody waits
   * @param renewal how often it is said that a batch is still being received
   */
  public record Surroundings(
      ObjectStore store,
      BiConsumer<PhotoId, ActorRef<ClassifyReply>> register,
      Consumer<BatchId> onFinished,
      Duration storedWithin,
      Duration poll,
      Duration renewal,
      InstantSource clock) {}

  /** A new batch, whose photos this web node is sent. */
  static Behavior<Command> open(
      BatchId id, Runnable onCancelled, Surroundings deps, ActorRef<Batches.Command> manager) {
    Instant until = deps.clock().instant().plus(deps.renewal().multipliedBy(RENEWALS));
    Manifest fresh = Manifest.opened(id, until);
    ManifestFile file = new ManifestFile(deps.store(), id, Optional.of(fresh));
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> {
                  Batch batch = new Batch(context, timers, id, file, deps, manager);
                  batch.onCancelled = onCancelled;
                  batch.take(fresh);
                  batch.receivesHere = true;
                  batch.fed = true;
                  timers.startTimerWithFixedDelay(Signal.RENEW, deps.renewal());
                  return batch;
                }));
  }

  /** A batch whose manifest was found. */
  static Behavior<Command> known(
      Manifest manifest, ManifestFile file, Surroundings deps, ActorRef<Batches.Command> manager) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> {
                  Batch batch = new Batch(context, timers, manifest.id(), file, deps, manager);
                  batch.take(manifest);
                  return batch;
                }));
  }

  /** Why a photo of a cancelled batch has no answer. */
  public static Problem cancelledProblem() {
    return Manifest.cancelledProblem();
  }

  private final TimerScheduler<Command> timers;
  private final BatchId id;
  private final ManifestFile file;
  private final Surroundings deps;
  private final ActorRef<Batches.Command> manager;
  private final PhotoFinder finder;
  private final ActorRef<ClassifyReply> replies;
  private final Photos photos = new Photos();

  // What is known of the batch as a whole.
  private Optional<Instant> receivingUntil = Optional.empty();
  private boolean receivesHere;
  private boolean fed; // somebody here enters and settles photos
  private boolean cancelled;
  private Runnable onCancelled = () -> {};

  // The manifest. One call at a time.
  private final ManifestWrites writes = new ManifestWrites();
  private final List<ActorRef<BatchReply>> cancelling = new ArrayList<>();
  private boolean fileBusy;

  // The look for results.
  private final Set<PhotoId> registered = new HashSet<>();
  private final List<Runnable> whenLooked = new ArrayList<>();
  private int lookFrom;
  private boolean looking;
  private boolean lookedOnce;
  private boolean fresh;

  private boolean finishedTold;
  private final List<BatchQuestion.Next> waiting = new ArrayList<>();

  private Batch(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      BatchId id,
      ManifestFile file,
      Surroundings deps,
      ActorRef<Batches.Command> manager) {
    super(context);
    this.timers = timers;
    this.id = id;
    this.file = file;
    this.deps = deps;
    this.manager = manager;
    this.finder =
        new PhotoFinder(context.getSystem(), deps.store(), deps.storedWithin(), deps.clock());
    this.replies = context.messageAdapter(ClassifyReply.class, Replied::new);
    stayAwake();
  }

  private void stayAwake() {
    timers.startSingleTimer(Signal.IDLE, IDLE);
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Enter.class, this::onEnter)
        .onMessage(Settled.class, this::onSettled)
        .onMessage(Received.class, this::onReceived)
        .onMessage(BatchQuestion.Show.class, this::onShow)
        .onMessage(BatchQuestion.Next.class, this::onNext)
        .onMessage(BatchQuestion.Cancel.class, this::onCancel)
        .onMessage(BatchQuestion.Retry.class, this::onRetry)
        .onMessage(Saved.class, this::onSaved)
        .onMessage(NotSaved.class, this::onNotSaved)
        .onMessage(Read.class, this::onRead)
        .onMessage(Looked.class, this::onLooked)
        .onMessage(Replied.class, this::onReplied)
        .onMessage(Signal.class, this::onSignal)
        .onSignal(PostStop.class, stopped -> letGo())
        .build();
  }

  private Behavior<Command> onEnter(Enter enter) {
    stayAwake();
    writes.enter(enter);
    save();
    return this;
  }

  private Behavior<Command> onSettled(Settled settled) {
    stayAwake();
    settled.reply().ifPresent(photos::answered);
    if (!cancelled) { // that word is final
      settled.refused().ifPresent(why -> refuse(settled.index(), settled.name(), why));
    }
    photos.leftAlone(settled.index());
    tellNews();
    return this;
  }

  private void refuse(int index, String name, Problem why) {
    Entry refused =
        photos
            .entry(index)
            .orElseGet(
                () -> new Entry(index, name, Optional.empty(), Optional.empty(), Optional.empty()))
            .refused(why);
    photos.put(refused, false);
    change(manifest -> manifest.with(List.of(refused)));
  }

  private Behavior<Command> onReceived(Received received) {
    fed = false;
    photos.askedAgain();
    if (receivesHere) {
      receivesHere = false;
      receivingUntil = Optional.empty();
      timers.cancel(Signal.RENEW);
      change(Manifest::received);
    }
    tellNews();
    return this;
  }

  private Behavior<Command> onShow(BatchQuestion.Show show) {
    if (show.look()) {
      afterALook(() -> show.replyTo().tell(new BatchReply.Shown(view())));
    } else {
      show.replyTo().tell(new BatchReply.Shown(view()));
    }
    return this;
  }

  private BatchView view() {
    return new BatchView(id, state(), photos.all());
  }

  private State state() {
    if (cancelled) {
      return State.CANCELLED;
    }
    if (isReceiving()) {
      return State.RECEIVING;
    }
    return photos.allFinished() ? State.FINISHED : State.WORKING;
  }

  private boolean isReceiving() {
    return receivesHere || receivingUntil.filter(deps.clock().instant()::isBefore).isPresent();
  }

  private boolean isOver() {
    return (cancelled || !isReceiving()) && photos.allFinished();
  }

  private Behavior<Command> onNext(BatchQuestion.Next next) {
    waiting.add(next);
    tellNews();
    if (!waiting.isEmpty()) {
      if (!timers.isTimerActive(Signal.NOTHING_NEW)) {
        timers.startSingleTimer(Signal.NOTHING_NEW, deps.poll());
      }
      for (Photos.Sought photo : photos.sought(0)) {
        if (registered.add(photo.id())) {
          deps.register().accept(photo.id(), replies);
        }
      }
      afterALook(() -> {});
    }
    return this;
  }

  private void tellNews() {
    boolean over = isOver();
    if (over && !finishedTold) {
      deps.onFinished().accept(id);
    }
    finishedTold = over; // photos that are asked for again finish once more
    waiting.removeIf(
        next -> {
          List<BatchPhoto> news = photos.finishedWithout(next.told(), MAX_EVENTS);
          boolean all = over && news.size() < MAX_EVENTS;
          if (news.isEmpty() && !all) {
            return false;
          }
          next.replyTo()
              .tell(
                  new BatchReply.Events(
                      news, all ? Optional.of(BatchView.counts(photos.all())) : Optional.empty()));
          return true;
        });
  }

  /** They ask again, here or of another actor. */
  private Behavior<Command> letGo() {
    waiting.forEach(
        next -> next.replyTo().tell(new BatchReply.Events(List.of(), Optional.empty())));
    waiting.clear();
    return this;
  }

  private Behavior<Command> onCancel(BatchQuestion.Cancel cancel) {
    afterALook(
        () -> {
          if (cancelled || isOver()) {
            cancel.replyTo().tell(new BatchReply.Shown(view()));
            return;
          }
          Set<Integer> answered = photos.finished();
          cancelling.add(cancel.replyTo());
          change(manifest -> manifest.cancel(answered));
        });
    return this;
  }

  private Behavior<Command> onRetry(BatchQuestion.Retry retry) {
    afterALook(() -> retry.replyTo().tell(again()));
    return this;
  }

  private BatchReply again() {
    if (cancelled) {
      return new BatchReply.Refused(
          Problem.Kind.BATCH_CANCELLED.because("Send the photos again in a form of their own."));
    }
    if (fed || !isOver()) {
      return new BatchReply.Refused(
          Problem.Kind.BATCH_UNFINISHED.because(
              "Failed photos can be asked for again when all are finished."));
    }
    List<BatchReply.Failed> failed =
        photos.askAgain().stream()
            .map(
                entry ->
                    new BatchReply.Failed(
                        entry.index(), entry.name(), entry.source().orElseThrow()))
            .toList();
    fed = true;
    return new BatchReply.Again(view(), failed, getContext().getSelf());
  }

  private void change(UnaryOperator<Manifest> change) {
    writes.change(change);
    save();
  }

  /** All that has come while a write was under way is in the next one. */
  private void save() {
    if (fileBusy || writes.isEmpty()) {
      return;
    }
    fileBusy = true;
    ManifestWrites.Write write = writes.next();
    getContext()
        .pipeToSelf(
            file.change(write::applyTo),
            (manifest, failure) ->
                failure == null ? new Saved(write, manifest) : new NotSaved(write, failure));
  }

  private Behavior<Command> onSaved(Saved saved) {
    fileBusy = false;
    if (saved.manifest().cancelled()) {
      writes.forgetChanges();
      take(saved.manifest());
    }
    for (Enter enter : saved.write().entered()) {
      if (!cancelled) {
        photos.put(enter.entry(), true);
      }
      enter
          .replyTo()
          .tell(
              new Entered(cancelled ? Optional.of(Manifest.cancelledProblem()) : Optional.empty()));
    }
    if (cancelled) {
      cancelling.forEach(replyTo -> replyTo.tell(new BatchReply.Shown(view())));
      cancelling.clear();
    }
    save();
    tellNews();
    return this;
  }

  /** What is not entered is not stored; all else is tried again. */
  private Behavior<Command> onNotSaved(NotSaved failed) {
    fileBusy = false;
    getContext()
        .getLog()
        .warn("the manifest of batch {} was not written: {}", id, failed.failure().toString());
    for (Enter enter : failed.write().entered()) {
      Problem why =
          Problem.Kind.UNAVAILABLE.because(
              "The batch could not be written down, so the photo was not accepted. Send it again"
                  + " later.");
      Entry refused = enter.entry().refused(why);
      photos.put(refused, false);
      writes.change(manifest -> manifest.with(List.of(refused)));
      enter.replyTo().tell(new Entered(Optional.of(why)));
    }
    writes.again(failed.write());
    cancelling.forEach(
        replyTo ->
            replyTo.tell(BatchReply.unavailable("The batch cannot be cancelled now. Ask again.")));
    cancelling.clear();
    timers.startSingleTimer(Signal.SAVE, deps.poll());
    tellNews();
    return this;
  }

  /** Runs it when the results have been looked for not long ago. */
  private void afterALook(Runnable then) {
    stayAwake();
    if (fresh) {
      then.run();
      return;
    }
    whenLooked.add(then);
    if (looking) {
      return;
    }
    looking = true;
    if (mayBeChangedElsewhere()) {
      fileBusy = true;
      getContext().pipeToSelf(file.read(), Read::of);
    } else {
      look(photos.sought(lookFrom));
    }
  }

  /** Another web node may cancel it, ask again for photos, or still receive some. */
  private boolean mayBeChangedElsewhere() {
    return !fed && !fileBusy && writes.isEmpty();
  }

  private Behavior<Command> onRead(Read read) {
    fileBusy = false;
    if (mayBeChangedElsewhere()) {
      read.manifest().ifPresent(this::take);
    }
    save();
    look(photos.sought(lookFrom));
    return this;
  }

  private void take(Manifest manifest) {
    photos.adopt(manifest.entries().values());
    receivingUntil = manifest.receivingUntil();
    if (manifest.cancelled() && !cancelled) {
      cancelled = true;
      onCancelled.run();
    }
  }

  private void look(List<Photos.Sought> sought) {
    int count = lookedOnce ? Math.min(LOOK, sought.size()) : sought.size();
    List<Photos.Sought> rest = List.copyOf(sought.subList(count, sought.size()));
    getContext()
        .pipeToSelf(
            finder.find(List.copyOf(sought.subList(0, count))),
            (found, failure) -> new Looked(failure == null ? found : List.of(), rest));
  }

  private Behavior<Command> onLooked(Looked looked) {
    boolean any = false;
    for (PhotoFinder.Found found : looked.found()) {
      if (found instanceof PhotoFinder.Answered answered) {
        any = true;
        photos.answered(answered.reply());
      } else if (found instanceof PhotoFinder.Stored stored) {
        photos.stored(stored.id());
      } else if (found instanceof PhotoFinder.Missing missing) {
        photos.lost(missing.id(), neverReceived());
      }
    }
    tellNews();
    if (any && !looked.rest().isEmpty()) {
      look(looked.rest());
      return this;
    }
    lookFrom = looked.rest().isEmpty() ? 0 : photos.indexOf(looked.rest().get(0).id());
    looking = false;
    lookedOnce = true;
    fresh = true;
    timers.startSingleTimer(Signal.LOOK_DUE, deps.poll());
    List<Runnable> now = List.copyOf(whenLooked);
    whenLooked.clear();
    now.forEach(Runnable::run);
    return this;
  }

  private static Problem neverReceived() {
    return Problem.Kind.UNAVAILABLE.because(
        "The photo was not received: its web node ended before it was stored. Send it again.");
  }

  private Behavior<Command> onReplied(Replied replied) {
    photos.answered(replied.reply());
    registered.remove(replied.reply().id());
    tellNews();
    return this;
  }

  private Behavior<Command> onSignal(Signal signal) {
    switch (signal) {
      case CLOSE -> {
        return Behaviors.stopped();
      }
      case LET_GO, NOTHING_NEW -> letGo();
      case IDLE -> onIdle();
      case RENEW -> {
        Instant until = deps.clock().instant().plus(deps.renewal().multipliedBy(RENEWALS));
        change(manifest -> manifest.receivingUntil(until));
      }
      case SAVE -> save();
      case LOOK_DUE -> {
        fresh = false;
        if (!waiting.isEmpty()) {
          afterALook(() -> {});
        }
      }
    }
    return this;
  }

  private void onIdle() {
    boolean busy = fed || photos.isAwaiting() || looking || fileBusy || !writes.isEmpty();
    if (busy || !waiting.isEmpty()) {
      stayAwake();
    } else {
      manager.tell(new Batches.Idle(id, getContext().getSelf()));
    }
  }
}
