package dev.argus.scaling;

import dev.argus.ports.Completions;
import dev.argus.ports.ObjectStore;
import dev.argus.protocol.NotedLaunch;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Scheduler;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.pattern.StatusReply;
import org.slf4j.Logger;

/**
 * Takes part in the election of the one web node that scales, sweeps and answers dead letters.
 *
 * <p>It goes in rounds, one at a time: read the record, let {@link Lease} decide, and write what it
 * says, if anything. The launches of the leader are noted by a write of the same record, so a
 * leader that was deposed can note none, and its successor knows of all.
 *
 * <p>While S3 cannot be reached nobody leads once the lease has run out. Nothing is lost by that:
 * without S3 no photo is accepted and no node can work.
 */
public final class LeaderElection extends AbstractBehavior<LeaderElection.Command> {
  /** What the election understands. */
  public sealed interface Command {}

  /** This web node stops: another may take over at once. Answered when it is so, or cannot be. */
  public record Release(ActorRef<Done> replyTo) implements Command {}

  record Note(long generation, List<NotedLaunch> launches, ActorRef<StatusReply<Done>> replyTo)
      implements Command {}

  private enum Look implements Command {
    INSTANCE
  }

  private enum Lapse implements Command {
    INSTANCE
  }

  private record Read(Optional<Lease.Found> found) implements Command {}

  private record Written(Lease.Write write, long sentAt, boolean done) implements Command {}

  private record Failed(Throwable cause) implements Command {}

  /** Who must know whether this web node leads; called by the actor, so each returns at once. */
  public interface Listener {
    /** This web node leads until {@link #follows} is called. */
    void leads(Term term);

    /**
     * This web node does not lead; also called again when the reason is another.
     *
     * @param why in words, for people
     */
    void follows(String why);
  }

  /**
   * What the election works with.
   *
   * @param holder names this process and no other, not even the one that ran here before
   * @param responseQueue where this web node hears of app nodes
   * @param release the SHA-256 of what its app nodes install; empty for nothing
   * @param ticker nanoseconds of a monotonic clock
   */
  public record Surroundings(
      ObjectStore store,
      String holder,
      String responseQueue,
      String release,
      LongSupplier ticker,
      MeterRegistry meters,
      Listener listener) {}

  /** The longest that a launch waits to be noted. */
  private static final Duration NOTE_TIMEOUT = Duration.ofMinutes(1);

  /** The election; its first look is at once. */
  public static Behavior<Command> create(Duration lease, Surroundings surroundings) {
    Behavior<Command> election =
        Behaviors.setup(
            context ->
                Behaviors.withTimers(
                    timers -> new LeaderElection(context, timers, lease, surroundings)));
    // A restart would forget that this web node leads, and go on without telling anybody.
    return Behaviors.supervise(election).onFailure(SupervisorStrategy.resume());
  }

  private record Valid(long generation, long until) {}

  private final Logger log;
  private final TimerScheduler<Command> timers;
  private final Surroundings around;
  private final LeaderRecords records;
  private final Lease lease;
  private final LeaderMetrics metrics;
  private volatile Valid valid = new Valid(0, 0); // asked by other threads
  private String toldWhy = "";
  private String trouble = "";
  private boolean inRound;
  private List<ActorRef<StatusReply<Done>>> waiting = new ArrayList<>();
  private List<ActorRef<StatusReply<Done>>> inThisRound = List.of();
  private Optional<ActorRef<Done>> releasing = Optional.empty();
  private boolean lastRound;

  private LeaderElection(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      Duration lease,
      Surroundings around) {
    super(context);
    this.log = context.getLog();
    this.timers = timers;
    this.around = around;
    this.records = new LeaderRecords(around.store());
    this.lease = new Lease(around.holder(), around.responseQueue(), around.release(), lease);
    this.metrics = new LeaderMetrics(around.meters(), () -> holds(valid.generation()));
    beginRound();
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessageEquals(Look.INSTANCE, this::onLook)
        .onMessageEquals(Lapse.INSTANCE, this::onLapse)
        .onMessage(Read.class, this::onRead)
        .onMessage(Written.class, this::onWritten)
        .onMessage(Failed.class, this::onFailed)
        .onMessage(Note.class, this::onNote)
        .onMessage(Release.class, this::onRelease)
        .build();
  }

  private Behavior<Command> onLook() {
    if (!inRound) {
      beginRound();
    }
    return this;
  }

  private void beginRound() {
    inRound = true;
    timers.cancel(Look.INSTANCE);
    inThisRound = waiting;
    waiting = new ArrayList<>();
    getContext()
        .pipeToSelf(
            Completions.attempt(records::read),
            (found, failure) ->
                failure == null ? new Read(found) : new Failed(Completions.cause(failure)));
  }

  private Behavior<Command> onRead(Read read) {
    trouble = "";
    Optional<Lease.Write> write = lease.decide(read.found(), now());
    tellChange();
    if (write.isEmpty()) {
      return endRound("this web node does not lead any more");
    }
    long sentAt = now();
    getContext()
        .pipeToSelf(
            Completions.attempt(() -> records.write(write.get())),
            (done, failure) ->
                failure == null
                    ? new Written(write.get(), sentAt, done)
                    : new Failed(Completions.cause(failure)));
    return this;
  }

  private Behavior<Command> onWritten(Written written) {
    if (!written.done()) {
      return endRound("the record of the leader has changed meanwhile");
    }
    lease.written(written.write(), written.sentAt(), now());
    tellChange();
    boolean renewed =
        !written.write().takes() && lease.led() == written.write().record().generation();
    return endRound(renewed ? "" : "the term in which it was decided is over");
  }

  private Behavior<Command> onFailed(Failed failed) {
    trouble = failed.cause().toString();
    log.warn("The record of the leader cannot be read or written: {}", trouble);
    lease.expire(now());
    tellChange();
    return endRound(trouble);
  }

  /**
   * @param problem why what should have been noted may not be; empty if it is
   */
  private Behavior<Command> endRound(String problem) {
    inRound = false;
    inThisRound.forEach(
        replyTo ->
            replyTo.tell(
                problem.isEmpty()
                    ? StatusReply.success(Done.getInstance())
                    : StatusReply.error(problem)));
    inThisRound = List.of();
    if (lease.led() == 0) {
      tellWhy();
    }
    if (lastRound) {
      releasing.ifPresent(replyTo -> replyTo.tell(Done.getInstance()));
      return Behaviors.stopped();
    }
    lastRound = releasing.isPresent();
    if (lastRound || !waiting.isEmpty()) {
      beginRound();
    } else {
      boolean failed = !trouble.isEmpty();
      timers.startSingleTimer(Look.INSTANCE, lease.untilNextLook(now(), failed));
    }
    return this;
  }

  private Behavior<Command> onNote(Note note) {
    if (lease.led() != note.generation()) {
      note.replyTo().tell(StatusReply.error("this web node does not lead any more"));
      return this;
    }
    lease.note(note.launches());
    waiting.add(note.replyTo());
    return onLook();
  }

  private Behavior<Command> onRelease(Release release) {
    releasing = Optional.of(release.replyTo());
    lease.resign();
    tellChange();
    if (!inRound) {
      lastRound = true;
      beginRound();
    }
    return this;
  }

  private Behavior<Command> onLapse() {
    lease.expire(now());
    tellChange();
    return this;
  }

  /** Tells whether this web node leads, as soon as that is different from what was told last. */
  private void tellChange() {
    long led = lease.led();
    long told = valid.generation();
    valid = new Valid(led, lease.validUntil());
    metrics.knows(lease.generation());
    if (led > 0) {
      timers.startSingleTimer(
          Lapse.INSTANCE, Duration.ofNanos(Math.max(1, lease.validUntil() - now())));
    }
    if (led == told) {
      return;
    }
    toldWhy = "";
    if (led == 0) {
      tellWhy();
    } else {
      log.info("This web node leads, generation {}", led);
      metrics.tookOver();
      around.listener().leads(term(led));
    }
  }

  private void tellWhy() {
    String why = why();
    if (!why.equals(toldWhy)) {
      log.info("This web node does not lead: {}", why);
      around.listener().follows(why);
      toldWhy = why;
    }
  }

  private String why() {
    if (releasing.isPresent()) {
      return "it stops";
    }
    return trouble.isEmpty()
        ? lease.whyNot()
        : "the state bucket cannot be read or written, so none may: " + trouble;
  }

  private Term term(long generation) {
    ActorRef<Command> self = getContext().getSelf();
    Scheduler scheduler = getContext().getSystem().scheduler();
    return new Term(
        generation,
        lease.launches(),
        () -> holds(generation),
        launches ->
            AskPattern.askWithStatus(
                self, replyTo -> new Note(generation, launches, replyTo), NOTE_TIMEOUT, scheduler));
  }

  private boolean holds(long generation) {
    Valid known = valid;
    return generation > 0 && known.generation() == generation && known.until() - now() > 0;
  }

  private long now() {
    return around.ticker().getAsLong();
  }
}
