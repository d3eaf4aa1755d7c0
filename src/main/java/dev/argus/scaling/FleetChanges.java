package dev.argus.scaling;

import dev.argus.ports.Completions;
import dev.argus.ports.Fleet;
import dev.argus.ports.NoCapacityException;
import dev.argus.protocol.NotedLaunch;
import dev.argus.scaling.FleetView.Hopeless;
import dev.argus.scaling.LaunchBook.Launch;
import dev.argus.scaling.ScalerActor.Command;
import dev.argus.scaling.ScalingMetrics.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.ReceiveBuilder;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.slf4j.Logger;

/**
 * Launches and ends nodes as the {@link Controller} has decided, for one {@link ScalerActor}, whose
 * messages tell it what became of its calls.
 *
 * <p>Launches run side by side and are begun at {@code launches-per-second}. Before EC2 is called
 * they are placed in pools and noted for the next leader, all that one look has decided at once,
 * and none is made that could not be noted. One whose pool has nothing to give goes to the next at
 * once, and is noted again.
 */
final class FleetChanges {
  /** What the actor receives for this part of it. */
  sealed interface Event extends Command {}

  private record LaunchNext() implements Event {}

  private record Noted(List<NotedLaunch> launches) implements Event {}

  private record NotNoted(Instant startedAt, Throwable cause) implements Event {}

  private record LaunchAccepted(Launch launch, Fleet.Pool pool, Fleet.Node node) implements Event {}

  private record LaunchFailed(Launch launch, Instant startedAt, Throwable cause) implements Event {}

  private record NodeEnded(Hopeless node) implements Event {}

  private record EndFailed(Hopeless node, Throwable cause) implements Event {}

  private final ActorContext<Command> context;
  private final Logger log;
  private final TimerScheduler<Command> timers;
  private final Duration pause;
  private final ScalerActor.Surroundings around;
  private final Term term;
  private final Controller controller;
  private final ScalingMetrics metrics;
  private final Set<String> ending = new HashSet<>();
  private boolean noting;
  private Optional<List<NotedLaunch>> noted; // what the next leader would find; empty if unknown

  /**
   * @param pause between the beginnings of two launches
   */
  FleetChanges(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      Duration pause,
      ScalerActor.Surroundings around,
      Term term,
      Controller controller,
      ScalingMetrics metrics) {
    this.context = context;
    this.log = context.getLog();
    this.timers = timers;
    this.pause = pause;
    this.around = around;
    this.term = term;
    this.controller = controller;
    this.metrics = metrics;
    this.noted = Optional.of(term.launches());
  }

  /** Adds to what the actor receives. */
  ReceiveBuilder<Command> receive(ReceiveBuilder<Command> actor) {
    return actor
        .onMessage(LaunchNext.class, message -> onLaunchNext())
        .onMessage(Noted.class, this::onNoted)
        .onMessage(NotNoted.class, this::onNotNoted)
        .onMessage(LaunchAccepted.class, this::onLaunchAccepted)
        .onMessage(LaunchFailed.class, this::onLaunchFailed)
        .onMessage(NodeEnded.class, this::onNodeEnded)
        .onMessage(EndFailed.class, this::onEndFailed);
  }

  /** Launches what the controller has planned. */
  void launch() {
    note();
    beginLaunch();
  }

  /** Ends a node, unless that is under way. */
  void end(Hopeless node) {
    if (!term.holds().getAsBoolean() || !ending.add(node.id())) {
      return;
    }
    log.warn(
        "Ending node {}: it {}", node.id(), node.gotReady() ? "fell silent" : "never got ready");
    context.pipeToSelf(
        Completions.attempt(() -> around.fleet().terminate(node.id())),
        (done, failure) ->
            failure == null
                ? new NodeEnded(node)
                : new EndFailed(node, Completions.cause(failure)));
  }

  private Behavior<Command> onLaunchNext() {
    beginLaunch();
    return Behaviors.same();
  }

  private Behavior<Command> onNoted(Noted done) {
    noting = false;
    noted = Optional.of(done.launches());
    controller.noted(done.launches(), now());
    launch(); // what was decided meanwhile is noted first
    return Behaviors.same();
  }

  private Behavior<Command> onNotNoted(NotNoted failed) {
    noting = false;
    noted = Optional.empty();
    controller.notNoted(failed.startedAt(), failed.cause(), now()).ifPresent(this::launchingPauses);
    return Behaviors.same();
  }

  private Behavior<Command> onLaunchAccepted(LaunchAccepted accepted) {
    Fleet.Node node = accepted.node();
    if (controller.launchAccepted(accepted.launch(), node, now())) {
      metrics.launched(Outcome.ACCEPTED);
      // EC2 takes a token with one pool only, so this is the one, whoever called first.
      String pool = accepted.pool().name();
      tell("node " + node.number() + " was launched as " + node.id() + ": " + pool);
    } else {
      log.info("The node of an earlier launch has ended: {}", node.id());
    }
    return Behaviors.same();
  }

  private Behavior<Command> onLaunchFailed(LaunchFailed failed) {
    if (failed.cause() instanceof NoCapacityException refusal
        && refusal.anotherPool()
        && controller.launchMoves(failed.launch(), now())) {
      metrics.launched(Outcome.MOVED);
      tell("node " + failed.launch().number() + " goes elsewhere: " + refusal.getMessage());
      launch();
      return Behaviors.same();
    }
    controller
        .launchFailed(failed.launch(), failed.startedAt(), failed.cause(), now())
        .ifPresentOrElse(
            this::launchingPauses, () -> log.info("EC2 was called before for {}", failed.launch()));
    return Behaviors.same();
  }

  private Behavior<Command> onNodeEnded(NodeEnded ended) {
    ending.remove(ended.node().id());
    controller.ended(ended.node().id(), now());
    if (!ended.node().gotReady()) {
      metrics.launched(Outcome.NEVER_READY);
    }
    return Behaviors.same();
  }

  private Behavior<Command> onEndFailed(EndFailed failed) {
    ending.remove(failed.node().id());
    log.warn(
        "Node {} cannot be ended now, it is tried again: {}",
        failed.node().id(),
        failed.cause().toString());
    return Behaviors.same();
  }

  /** Notes the launches as they are now, unless the next leader would find just those. */
  private void note() {
    List<NotedLaunch> launches = controller.launches(around.fleet()::pool, now());
    if (noting) {
      return;
    }
    if (noted.equals(Optional.of(launches))) {
      controller.noted(launches, now());
      return;
    }
    noting = true;
    Instant startedAt = now();
    context.pipeToSelf(
        Completions.attempt(() -> term.note().apply(launches)),
        (done, failure) ->
            failure == null
                ? new Noted(launches)
                : new NotNoted(startedAt, Completions.cause(failure)));
  }

  /** Begins one noted launch, and the next one when the pace allows. */
  private void beginLaunch() {
    if (!timers.isTimerActive(LaunchNext.class) && term.holds().getAsBoolean()) {
      controller.nextLaunch(now()).ifPresent(this::call);
    }
  }

  private void call(Launch launch) {
    timers.startSingleTimer(LaunchNext.class, new LaunchNext(), pause);
    Instant startedAt = now();
    Fleet.Pool pool = around.fleet().pool(launch.clientToken());
    context.pipeToSelf(
        Completions.attempt(() -> around.fleet().launch(launch.number(), launch.clientToken())),
        (node, failure) ->
            failure == null
                ? new LaunchAccepted(launch, pool, node)
                : new LaunchFailed(launch, startedAt, Completions.cause(failure)));
  }

  /** What became of a launch belongs to the decision that made it. */
  private void tell(String what) {
    around.decisions().launched(what);
    log.info("Scaling: {}", what);
  }

  private void launchingPauses(String why) {
    metrics.launched(Outcome.FAILED);
    around.decisions().launched(why);
    log.warn("Launching pauses: {}", why);
  }

  private Instant now() {
    return around.clock().instant();
  }
}
