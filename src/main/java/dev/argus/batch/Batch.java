package dev.argus.batch;

import dev.argus.batch.BatchFeed.Enter;
import dev.argus.batch.BatchFeed.Received;
import dev.argus.batch.BatchFeed.Settled;
import dev.argus.batch.Manifest.Entry;
import dev.argus.batch.ManifestWriter.NotSaved;
import dev.argus.batch.ManifestWriter.Read;
import dev.argus.batch.ManifestWriter.Saved;
import dev.argus.ports.ObjectStore;
import dev.argus.protocol.BatchId;
import dev.argus.protocol.ClassifyReply;
import dev.argus.protocol.PhotoId;
import dev.argus.protocol.Problem;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
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
 * <p>Who sends its photos enters each before it is stored, and tells what became of it. The batch
 * hears all their replies that come to this web node, also when nobody waits for them; results of
 * others it looks for in S3, while somebody asks. Answers wait here until they are asked for, so a
 * client that reads slowly slows nobody else.
 */
public final class Batch extends AbstractBehavior<Batch.Command> {
  /** After so long without a word to or from it, a batch that is finished is forgotten. */
  private static final Duration IDLE = Duration.ofMinutes(1);

  /** It counts as being received until its web node has not said so for three renewals. */
  private static final int RENEWALS = 3;

  /** See also {@link BatchFeed} and {@link BatchQuestion}. */
  public interface Command {}

  enum Signal implements Command {
    CLOSE,
    LET_GO,
    IDLE,
    RENEW,
    SAVE,
    SEARCH_DUE,
    NOTHING_NEW
  }

  private record Searched(ResultSearch.Step step) implements Command {}

  private record Replied(ClassifyReply reply) implements Command {}

  /**
   * What batches work with.
   *
   * @param register asks to be told of the reply to a photo that comes to this web node
   * @param forget not to be told of it any more
   * @param onFinished told of a batch when all its photos are finished
   * @param storedWithin no photo is stored under an id older than this
   * @param poll how often results are looked for while somebody waits
   * @param renewal how often it is said that a batch is still being received
   * @param idle after so long without a word to or from it an unfinished batch is forgotten
   */
  public record Surroundings(
      ObjectStore store,
      BiConsumer<PhotoId, ActorRef<ClassifyReply>> register,
      BiConsumer<PhotoId, ActorRef<ClassifyReply>> forget,
      Consumer<BatchId> onFinished,
      Duration storedWithin,
      Duration poll,
      Duration renewal,
      Duration idle,
      InstantSource clock) {}

  /** A new batch, whose photos this web node is sent. */
  static Behavior<Command> open(
      BatchId id, Runnable onCancelled, Surroundings deps, ActorRef<Batches.Command> manager) {
    Manifest fresh = Manifest.opened(id, receivingUntil(deps));
    ManifestFile file = new ManifestFile(deps.store(), id, Optional.of(fresh));
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> {
                  Batch batch = new Batch(context, timers, fresh, file, onCancelled, deps, manager);
                  batch.progress.receive();
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
                timers -> new Batch(context, timers, manifest, file, () -> {}, deps, manager)));
  }

  private static Instant receivingUntil(Surroundings deps) {
    return deps.clock().instant().plus(deps.renewal().multipliedBy(RENEWALS));
  }

  /** Why a photo of a cancelled batch has no answer. */
  public static Problem cancelledProblem() {
    return Manifest.cancelledProblem();
  }

  private final TimerScheduler<Command> timers;
  private final BatchId id;
  private final Surroundings deps;
  private final ActorRef<Batches.Command> manager;
  private final ActorRef<ClassifyReply> replies;
  private final Photos photos = new Photos();
  private final Progress progress;
  private final ManifestWriter manifest;
  private final ResultSearch search;
  private final Listeners listeners = new Listeners();
  private final Set<PhotoId> registered = new HashSet<>();
  private boolean finishedTold;

  private Batch(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      Manifest found,
      ManifestFile file,
      Runnable onCancelled,
      Surroundings deps,
      ActorRef<Batches.Command> manager) {
    super(context);
    this.timers = timers;
    this.id = found.id();
    this.deps = deps;
    this.manager = manager;
    this.replies = context.messageAdapter(ClassifyReply.class, Replied::new);
    this.progress = new Progress(found, photos, onCancelled, deps.clock());
    this.manifest = new ManifestWriter(context, file, progress);
    this.search =
        new ResultSearch(
            new PhotoFinder(context.getSystem(), deps.store(), deps.storedWithin(), deps.clock()),
            photos);
    stayAwake();
  }

  private void stayAwake() {
    timers.startSingleTimer(Signal.IDLE, progress.isOver() ? IDLE : deps.idle());
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Enter.class, this::onEnter)
        .onMessage(Settled.class, this::onSettled)
        .onMessageEquals(Received.INSTANCE, this::onReceived)
        .onMessage(BatchQuestion.Show.class, this::onShow)
        .onMessage(BatchQuestion.Next.class, this::onNext)
        .onMessage(BatchQuestion.Cancel.class, this::onCancel)
        .onMessage(BatchQuestion.Retry.class, this::onRetry)
        .onMessage(Saved.class, this::onSaved)
        .onMessage(NotSaved.class, this::onNotSaved)
        .onMessage(Read.class, this::onRead)
        .onMessage(Searched.class, this::onSearched)
        .onMessage(Replied.class, this::onReplied)
        .onMessage(Signal.class, this::onSignal)
        .onSignal(PostStop.class, stopped -> onStop())
        .build();
  }

  private Behavior<Command> onEnter(Enter enter) {
    stayAwake();
    hear(enter.id()); // before it can be answered
    manifest.enter(enter);
    return this;
  }

  private Behavior<Command> onSettled(Settled settled) {
    stayAwake();
    settled.reply().ifPresent(photos::answered);
    if (!progress.isCancelled()) { // that word is final
      settled.refused().ifPresent(why -> refuse(settled.index(), settled.name(), why));
    }
    photos.leftAlone(settled.index());
    tellNews();
    return this;
  }

  private void refuse(int index, String name, Problem why) {
    Entry photo = photos.entry(index).orElseGet(() -> Entry.unaccepted(index, name));
    Entry refused = progress.refuse(photo, why);
    manifest.change(known -> known.with(List.of(refused)));
  }

  private Behavior<Command> onReceived() {
    if (progress.received()) {
      timers.cancel(Signal.RENEW);
      manifest.change(Manifest::received);
    }
    tellNews();
    return this;
  }

  private Behavior<Command> onShow(BatchQuestion.Show show) {
    if (show.look()) {
      afterASearch(() -> show.replyTo().tell(shown()));
    } else {
      show.replyTo().tell(shown());
    }
    return this;
  }

  private BatchReply shown() {
    return new BatchReply.Shown(progress.view());
  }

  private Behavior<Command> onNext(BatchQuestion.Next next) {
    listeners.add(next);
    tellNews();
    if (!listeners.isEmpty()) {
      if (!timers.isTimerActive(Signal.NOTHING_NEW)) {
        timers.startSingleTimer(Signal.NOTHING_NEW, deps.poll());
      }
      afterASearch(() -> {});
    }
    return this;
  }

  private void tellNews() {
    boolean over = progress.isOver();
    if (over && !finishedTold) {
      deps.onFinished().accept(id);
      stayAwake(); // for less long from now on
    }
    finishedTold = over; // photos that are asked for again finish once more
    listeners.tell(photos, over);
  }

  private Behavior<Command> letGo() {
    listeners.letGo();
    return this;
  }

  private Behavior<Command> onStop() {
    registered.forEach(photo -> deps.forget().accept(photo, replies));
    return letGo();
  }

  private Behavior<Command> onCancel(BatchQuestion.Cancel cancel) {
    afterASearch(
        () -> {
          if (progress.isCancelled() || progress.isOver()) {
            cancel.replyTo().tell(shown());
            return;
          }
          manifest.cancel(photos.finished(), cancel.replyTo());
        });
    return this;
  }

  /** At once: photos would stay about to be asked for again if nobody were there to hear it. */
  private Behavior<Command> onRetry(BatchQuestion.Retry retry) {
    stayAwake();
    retry.replyTo().tell(again());
    return this;
  }

  private BatchReply again() {
    Optional<Problem> why = progress.noRetry();
    if (why.isPresent()) {
      return new BatchReply.Refused(why.get());
    }
    List<BatchReply.Failed> failed = progress.retry();
    return new BatchReply.Again(progress.view(), failed, getContext().getSelf());
  }

  private Behavior<Command> onSaved(Saved saved) {
    manifest.saved(saved);
    tellNews();
    return this;
  }

  private Behavior<Command> onNotSaved(NotSaved failed) {
    getContext()
        .getLog()
        .warn("the manifest of batch {} was not written: {}", id, failed.failure().toString());
    manifest.notSaved(failed);
    timers.startSingleTimer(Signal.SAVE, deps.poll());
    tellNews();
    return this;
  }

  /** Runs it when the results have been looked for not long ago. */
  private void afterASearch(Runnable then) {
    stayAwake();
    if (!search.whenRecent(then)) {
      return;
    }
    if (manifest.mayBeChangedElsewhere()) {
      manifest.read();
    } else {
      beginSearch();
    }
  }

  private Behavior<Command> onRead(Read read) {
    manifest.read(read);
    beginSearch();
    return this;
  }

  private void beginSearch() {
    photos.sought(0).forEach(photo -> hear(photo.id()));
    search(search.begin());
  }

  private void hear(PhotoId photo) {
    if (registered.add(photo)) {
      deps.register().accept(photo, replies);
    }
  }

  private void search(CompletionStage<ResultSearch.Step> step) {
    getContext().pipeToSelf(step, (done, never) -> new Searched(done));
  }

  private Behavior<Command> onSearched(Searched searched) {
    Optional<CompletionStage<ResultSearch.Step>> next = search.found(searched.step());
    tellNews();
    if (next.isPresent()) {
      search(next.get());
    } else {
      timers.startSingleTimer(Signal.SEARCH_DUE, deps.poll());
      search.end();
    }
    return this;
  }

  private Behavior<Command> onReplied(Replied replied) {
    photos.answered(replied.reply());
    registered.remove(replied.reply().id());
    if (replied.reply() instanceof ClassifyReply.Failed failed) {
      hear(failed.id()); // a dead letter may be sent again, and be answered after all
    }
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
        Instant until = receivingUntil(deps);
        manifest.change(known -> known.receivingUntil(until));
      }
      case SAVE -> manifest.write();
      case SEARCH_DUE -> {
        search.due();
        if (!listeners.isEmpty()) {
          afterASearch(() -> {});
        }
      }
    }
    return this;
  }

  private void onIdle() {
    boolean busy =
        progress.isFed() || photos.isAwaiting() || search.isUnderWay() || !manifest.isIdle();
    if (busy || !listeners.isEmpty()) {
      stayAwake();
    } else {
      manager.tell(new Batches.Idle(id, getContext().getSelf()));
    }
  }
}
