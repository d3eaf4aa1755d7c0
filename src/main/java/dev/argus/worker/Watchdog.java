package dev.argus.worker;

import dev.argus.config.WorkerSettings;
import dev.argus.ports.Fleet;
import dev.argus.ports.MessageQueue;
import dev.argus.ports.QueueCounts;
import dev.argus.protocol.WarmNodes;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.slf4j.Logger;

/**
 * Asks, every {@code watchdog-interval} and whenever the node has nothing left to do, whether this
 * node is needed, and says so once it is not.
 *
 * <p>Every call costs money: the queue's counts and how many nodes are worth keeping are read only
 * when they could make the node leave, and the fleet only at every third look and likewise. It
 * stops after it has told the node to leave.
 */
public final class Watchdog extends AbstractBehavior<Watchdog.Command> {
  /** What the watchdog understands. */
  public sealed interface Command {}

  /** The node holds no photo any more: if it is not needed, each second from now on is wasted. */
  public enum Emptied implements Command {
    INSTANCE
  }

  private record Tick() implements Command {}

  private record Looked(Read<QueueCounts> counts, OptionalInt warm, Read<List<Fleet.Node>> fleet)
      implements Command {}

  private record WarmRead(Read<QueueCounts> counts, OptionalInt warm) implements Command {}

  /** What came of a call that may not have been made, and may have failed. */
  private record Read<T>(Optional<T> value, Optional<Throwable> failure) {
    static <T> CompletionStage<Read<T>> none() {
      return CompletableFuture.completedFuture(new Read<>(Optional.empty(), Optional.empty()));
    }
  }

  /**
   * What the watchdog works with.
   *
   * @param self the node's own instance id
   * @param receiving how receiving goes; called from the actor
   * @param launchedAt when the node was launched
   * @param outdated whether nodes that are launched now install another release than this one has
   * @param requests the request queue
   * @param warm reads how many nodes are worth keeping without work
   * @param leave told once, from the actor, that the node should leave
   */
  public record Surroundings(
      String self,
      Instant launchedAt,
      Supplier<ReceiveStatus> receiving,
      BooleanSupplier outdated,
      BusyShare busyShare,
      MessageQueue requests,
      Fleet fleet,
      Supplier<CompletionStage<Optional<WarmNodes>>> warm,
      InstantSource clock,
      Consumer<Leave> leave) {}

  private static final int LOOKS_PER_FLEET_READ = 3;

  /** A node that has a photo now and then looks no more often than so. */
  private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);

  private static final String SOON = "soon";

  /** The watchdog; its first look is after one interval. */
  public static Behavior<Command> create(WorkerSettings settings, Surroundings surroundings) {
    Behavior<Command> watchdog =
        Behaviors.setup(
            context ->
                Behaviors.withTimers(
                    timers -> new Watchdog(context, timers, settings, surroundings)));
    // A node without a watchdog would never leave.
    return Behaviors.supervise(watchdog).onFailure(SupervisorStrategy.resume());
  }

  private final Logger log;
  private final TimerScheduler<Command> timers;
  private final IdlePolicy policy;
  private final Surroundings around;
  private Evidence evidence = Evidence.none();
  private boolean reading;
  private Instant lastLook = Instant.EPOCH;
  private int looksSinceFleetRead = LOOKS_PER_FLEET_READ;

  private Watchdog(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      WorkerSettings settings,
      Surroundings around) {
    super(context);
    this.log = context.getLog();
    this.timers = timers;
    this.policy = new IdlePolicy(settings);
    this.around = around;
    timers.startTimerWithFixedDelay(new Tick(), settings.watchdogInterval());
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Tick.class, message -> onTick())
        .onMessageEquals(Emptied.INSTANCE, this::onEmptied)
        .onMessage(WarmRead.class, this::onWarmRead)
        .onMessage(Looked.class, this::onLooked)
        .build();
  }

  private Behavior<Command> onTick() {
    if (reading) {
      // A call that hangs must not keep a node that can reach nothing.
      return judge(Optional.empty(), OptionalInt.empty(), Optional.empty());
    }
    reading = true;
    Instant now = around.clock().instant();
    lastLook = now;
    ReceiveStatus receiving = around.receiving().get();
    boolean countsAreDue = policy.needsCounts(receiving);
    boolean warmIsDue = policy.needsWarm(receiving, around.launchedAt(), now);
    CompletionStage<Read<QueueCounts>> counts =
        countsAreDue ? read(around.requests()::counts) : Read.none();
    CompletionStage<Read<Optional<WarmNodes>>> warm = warmIsDue ? read(around.warm()) : Read.none();
    getContext()
        .pipeToSelf(
            counts.thenCombine(warm, (counted, word) -> new WarmRead(counted, fresh(word, now))),
            (looked, failure) -> looked);
    return this;
  }

  private Behavior<Command> onEmptied() {
    if (!reading && !lastLook.plus(BETWEEN_LOOKS).isAfter(around.clock().instant())) {
      return onTick();
    }
    if (!timers.isTimerActive(SOON)) {
      timers.startSingleTimer(SOON, new Tick(), BETWEEN_LOOKS);
    }
    return this;
  }

  private static OptionalInt fresh(Read<Optional<WarmNodes>> word, Instant now) {
    return word.value()
        .flatMap(found -> found)
        .filter(found -> found.isFresh(now))
        .map(found -> OptionalInt.of(found.count()))
        .orElse(OptionalInt.empty());
  }

  private Behavior<Command> onWarmRead(WarmRead seen) {
    Instant now = around.clock().instant();
    looksSinceFleetRead++;
    boolean fleetIsDue =
        looksSinceFleetRead >= LOOKS_PER_FLEET_READ
            && policy.needsFleet(around.busyShare().at(now), seen.warm(), evidence, now);
    if (fleetIsDue) {
      looksSinceFleetRead = 0;
    }
    CompletionStage<Read<List<Fleet.Node>>> fleet =
        fleetIsDue ? read(around.fleet()::nodes) : Read.none();
    getContext()
        .pipeToSelf(fleet, (nodes, failure) -> new Looked(seen.counts(), seen.warm(), nodes));
    return this;
  }

  private Behavior<Command> onLooked(Looked looked) {
    reading = false;
    looked
        .counts()
        .failure()
        .ifPresent(cause -> log.warn("The counts are not known: {}", cause.toString()));
    looked
        .fleet()
        .failure()
        .ifPresent(
            cause -> {
              log.warn("The fleet is not known: {}", cause.toString());
              evidence = evidence.withoutSurplus();
            });
    return judge(looked.counts().value(), looked.warm(), looked.fleet().value());
  }

  private Behavior<Command> judge(
      Optional<QueueCounts> counts, OptionalInt warm, Optional<List<Fleet.Node>> fleet) {
    Instant now = around.clock().instant();
    // How receiving goes is asked for again: a photo may have come while the counts were read.
    Situation situation =
        new Situation(
            now,
            around.self(),
            around.receiving().get(),
            counts,
            fleet,
            around.busyShare().at(now),
            warm,
            around.launchedAt(),
            around.outdated().getAsBoolean());
    IdlePolicy.Judgement judgement = policy.judge(situation, evidence);
    evidence = judgement.evidence();
    if (judgement.leave().isEmpty()) {
      log.atDebug()
          .addArgument(situation::describe)
          .addArgument(evidence)
          .log("This node stays [{}, {}]");
      return this;
    }
    Leave leave = judgement.leave().get();
    log.atInfo()
        .addArgument(leave.reason())
        .addArgument(leave.text())
        .addArgument(situation::describe)
        .log("This node leaves, {}: {} [{}]");
    around.leave().accept(leave);
    return Behaviors.stopped();
  }

  /** Makes a call whose failure is no more than something unknown. */
  private static <T> CompletionStage<Read<T>> read(Supplier<CompletionStage<T>> call) {
    try {
      return call.get()
          .handle(
              (value, failure) ->
                  new Read<>(Optional.ofNullable(value), Optional.ofNullable(failure)));
    } catch (RuntimeException e) {
      return CompletableFuture.completedFuture(new Read<>(Optional.empty(), Optional.of(e)));
    }
  }
}
