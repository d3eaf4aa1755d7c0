package dev.argus.scaling;

import dev.argus.config.Backoff;
import dev.argus.config.ScalingSettings;
import dev.argus.ports.Completions;
import dev.argus.ports.Fleet;
import dev.argus.ports.MessageQueue;
import dev.argus.ports.NoCapacityException;
import dev.argus.protocol.NodeReport;
import dev.argus.protocol.NotedLaunch;
import dev.argus.protocol.ResponseMessage;
import dev.argus.scaling.FleetView.Hopeless;
import dev.argus.scaling.LaunchBook.Launch;
import dev.argus.scaling.Lookout.Sight;
import dev.argus.scaling.ScalingMetrics.Outcome;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import java.util.random.RandomGenerator;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.slf4j.Logger;
import org.slf4j.event.Level;

/**
 * The controller's hands in one {@link Term}: looks at the queue and the fleet, and launches what
 * was decided. {@link TermActor} starts and stops it.
 *
 * <p>It looks every {@code interval} while there is a photo, a node or a launch, and every {@code
 * idle-interval} otherwise, when an accepted photo wakes it at once. One look is under way at a
 * time; after one that failed the next waits for a back-off.
 *
 * <p>Launches run side by side and are begun at {@code launches-per-second}. Before EC2 is called
 * they are placed in pools and noted for the next leader, all that one look has decided at once,
 * and none is made that could not be noted. One whose pool has nothing to give goes to the next at
 * once, and is noted again. It ends only nodes that never got ready or fell silent; all others
 * decide themselves when to leave.
 */
public final class ScalerActor extends AbstractBehavior<ScalerActor.Command> {
  /** What the controller understands. */
  public sealed interface Command {}

  /** The web tier accepted a photo. */
  public record WorkAccepted() implements Command {}

  /** An app node sent an answer or a report. */
  public record ResponseSeen(ResponseMessage message) implements Command {}

  /** What app nodes send could not be received. */
  public record Deaf() implements Command {}

  private record Tick() implements Command {}

  private record Looked(Sight sight) implements Command {}

  private record LookFailed(Instant startedAt, Throwable cause) implements Command {}

  private record LaunchNext() implements Command {}

  private record Noted(List<NotedLaunch> launches) implements Command {}

  private record NotNoted(Instant startedAt, Throwable cause) implements Command {}

  private record LaunchAccepted(Launch launch, Fleet.Pool pool, Fleet.Node node)
      implements Command {}

  private record LaunchFailed(Launch launch, Instant startedAt, Throwable cause)
      implements Command {}

  private record NodeEnded(Hopeless node) implements Command {}

  private record EndFailed(Hopeless node, Throwable cause) implements Command {}

  /**
   * What the controller works with.
   *
   * @param cluster names the cluster in client tokens, at most 31 characters
   * @param requests the request queue
   * @param waiting how many requests wait for their answer; called from the actor
   * @param decisions where the decisions go
   * @param forecast told of what was observed
   * @param onFleet told of the nodes that EC2 shows, at each look
   */
  public record Surroundings(
      String cluster,
      MessageQueue requests,
      Fleet fleet,
      IntSupplier waiting,
      DecisionLog decisions,
      Forecast forecast,
      Consumer<List<Fleet.Node>> onFleet,
      InstantSource clock,
      RandomGenerator random,
      MeterRegistry meters) {}

  /**
   * The controller of one term; its first look is at once.
   *
   * @param estimates what is known of app nodes before the term; for this actor alone
   */
  static Behavior<Command> create(
      ScalingSettings settings,
      ScalingPolicy policy,
      Surroundings surroundings,
      Term term,
      Estimates estimates,
      ScalingMetrics metrics) {
    Behavior<Command> scaler =
        Behaviors.setup(
            context ->
                Behaviors.withTimers(
                    timers ->
                        new ScalerActor(
                            context,
                            timers,
                            settings,
                            policy,
                            surroundings,
                            term,
                            estimates,
                            metrics)));
    // A restart would forget the launches under way, and more nodes than the maximum could exist.
    return Behaviors.supervise(scaler).onFailure(SupervisorStrategy.resume());
  }

  private enum Pace {
    BUSY,
    IDLE,
    RETRYING
  }

  private final Logger log;
  private final TimerScheduler<Command> timers;
  private final ScalingSettings settings;
  private final Surroundings around;
  private final Term term;
  private final ScalingMetrics metrics;
  private final Controller controller;
  private final Lookout lookout;
  private final BackoffTimer lookBackoff;
  private final Set<String> ending = new HashSet<>();
  private Pace pace = Pace.BUSY;
  private boolean looking;
  private boolean workAccepted;
  private boolean launchPaused;
  private boolean noting;
  private Optional<List<NotedLaunch>> noted; // what the next leader would find; empty if unknown

  private ScalerActor(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      ScalingSettings settings,
      ScalingPolicy policy,
      Surroundings around,
      Term term,
      Estimates estimates,
      ScalingMetrics metrics) {
    super(context);
    this.log = context.getLog();
    this.timers = timers;
    this.settings = settings;
    this.around = around;
    this.term = term;
    this.metrics = metrics;
    this.controller =
        new Controller(
            settings,
            policy,
            new LaunchBook(around.cluster(), term.generation(), settings.launchVisibilityTimeout()),
            estimates,
            around.random(),
            now());
    this.controller.restore(term.launches(), now());
    this.noted = Optional.of(term.launches());
    this.lookout = new Lookout(around.requests(), around.fleet());
    this.lookBackoff =
        new BackoffTimer(
            new Backoff(settings.minBackoff(), settings.maxBackoff()), around.random());
    context.getSelf().tell(new Tick());
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(WorkAccepted.class, message -> onWorkAccepted())
        .onMessage(ResponseSeen.class, this::onResponseSeen)
        .onMessage(Deaf.class, message -> onDeaf())
        .onMessage(Tick.class, message -> onTick())
        .onMessage(Looked.class, this::onLooked)
        .onMessage(LookFailed.class, this::onLookFailed)
        .onMessage(LaunchNext.class, message -> onLaunchNext())
        .onMessage(Noted.class, this::onNoted)
        .onMessage(NotNoted.class, this::onNotNoted)
        .onMessage(LaunchAccepted.class, this::onLaunchAccepted)
        .onMessage(LaunchFailed.class, this::onLaunchFailed)
        .onMessage(NodeEnded.class, this::onNodeEnded)
        .onMessage(EndFailed.class, this::onEndFailed)
        .build();
  }

  private Behavior<Command> onWorkAccepted() {
    workAccepted = true;
    return pace == Pace.IDLE ? onTick() : this;
  }

  private Behavior<Command> onResponseSeen(ResponseSeen seen) {
    controller.hear(seen.message(), now()).ifPresent(this::didNotServe);
    if (seen.message() instanceof NodeReport report) {
      Level level = report.state() == NodeReport.State.WORKING ? Level.DEBUG : Level.INFO;
      log.atLevel(level).log("Node {} reports {}", report.node(), Words.of(report));
    }
    return this;
  }

  private Behavior<Command> onDeaf() {
    controller.blind(now());
    return this;
  }

  private Behavior<Command> onTick() {
    if (looking) {
      return this;
    }
    looking = true;
    workAccepted = false;
    pace = Pace.BUSY;
    timers.cancel(Tick.class);
    Instant startedAt = now();
    getContext()
        .pipeToSelf(
            lookout.look(startedAt),
            (sight, failure) ->
                failure == null
                    ? new Looked(sight)
                    : new LookFailed(startedAt, Completions.cause(failure)));
    return this;
  }

  private Behavior<Command> onLooked(Looked looked) {
    looking = false;
    lookAgain(Pace.BUSY, settings.interval()); // even if something below throws
    Sight sight = looked.sight();
    lookBackoff.succeeded(sight.startedAt());
    Controller.Step step = controller.step(now(), sight, around.waiting().getAsInt());
    record(step.decision());
    around.onFleet().accept(sight.nodes());
    step.gone().forEach(this::didNotServe);
    step.hopeless().forEach(this::end);
    note();
    beginLaunch();
    boolean nothing = step.decision().observation().filter(Observation::isIdle).isPresent();
    if (nothing && !workAccepted) {
      lookAgain(Pace.IDLE, settings.idleInterval());
    }
    return this;
  }

  private Behavior<Command> onLookFailed(LookFailed failed) {
    looking = false;
    Instant now = now();
    controller.blind(now);
    lookBackoff.failed(failed.startedAt(), now);
    Duration wait = Duration.between(now, lookBackoff.until());
    lookAgain(
        Pace.RETRYING, wait.compareTo(settings.minBackoff()) > 0 ? wait : settings.minBackoff());
    record(
        Decision.blind(
            now,
            "nothing is launched because the queue or the fleet cannot be read: " + failed.cause));
    return this;
  }

  private Behavior<Command> onLaunchNext() {
    launchPaused = false;
    beginLaunch();
    return this;
  }

  private Behavior<Command> onNoted(Noted done) {
    noting = false;
    noted = Optional.of(done.launches());
    controller.noted(done.launches(), now());
    note(); // what was decided meanwhile
    beginLaunch();
    return this;
  }

  private Behavior<Command> onNotNoted(NotNoted failed) {
    noting = false;
    noted = Optional.empty();
    controller
        .notNoted(failed.startedAt(), failed.cause(), now())
        .ifPresent(
            what -> {
              metrics.launched(Outcome.FAILED);
              around.decisions().launched(what);
              log.warn("Launching pauses: {}", what);
            });
    return this;
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
    return this;
  }

  private Behavior<Command> onLaunchFailed(LaunchFailed failed) {
    if (failed.cause() instanceof NoCapacityException refusal
        && refusal.anotherPool()
        && controller.launchMoves(failed.launch(), now())) {
      metrics.launched(Outcome.MOVED);
      tell("node " + failed.launch().number() + " goes elsewhere: " + refusal.getMessage());
      note();
      beginLaunch();
      return this;
    }
    controller
        .launchFailed(failed.launch(), failed.startedAt(), failed.cause(), now())
        .ifPresentOrElse(
            what -> {
              metrics.launched(Outcome.FAILED);
              around.decisions().launched(what);
              log.warn("Launching pauses: {}", what);
            },
            () -> log.info("EC2 was called before for {}", failed.launch()));
    return this;
  }

  private Behavior<Command> onNodeEnded(NodeEnded ended) {
    ending.remove(ended.node().id());
    controller.ended(ended.node().id(), now());
    if (!ended.node().gotReady()) {
      metrics.launched(Outcome.NEVER_READY);
    }
    return this;
  }

  private Behavior<Command> onEndFailed(EndFailed failed) {
    ending.remove(failed.node().id());
    log.warn(
        "Node {} cannot be ended now, it is tried again: {}",
        failed.node().id(),
        failed.cause().toString());
    return this;
  }

  private void record(Decision decision) {
    metrics.decided(decision);
    around.forecast().observed(decision.observation());
    boolean news = around.decisions().add(decision);
    log.atLevel(news ? Level.INFO : Level.DEBUG)
        .log(
            "Scaling: {} [{}]",
            decision.reason(),
            decision.observation().map(Observation::describe).orElse("nothing seen"));
  }

  private void lookAgain(Pace next, Duration wait) {
    pace = next;
    timers.startSingleTimer(Tick.class, new Tick(), wait);
  }

  /** Notes the launches as they are now, unless the next leader would find just those. */
  private void note() {
    List<NotedLaunch> launches = controller.launches(around.fleet()::pool, now());
    if (noting) {
      return;
    }
    if (noted.filter(launches::equals).isPresent()) {
      controller.noted(launches, now());
      return;
    }
    noting = true;
    Instant startedAt = now();
    getContext()
        .pipeToSelf(
            Completions.attempt(() -> term.note().apply(launches)),
            (done, failure) ->
                failure == null
                    ? new Noted(launches)
                    : new NotNoted(startedAt, Completions.cause(failure)));
  }

  /** Begins one noted launch, and the next one when the pace allows. */
  private void beginLaunch() {
    if (!launchPaused && term.holds().getAsBoolean()) {
      controller.nextLaunch(now()).ifPresent(this::launch);
    }
  }

  private void launch(Launch launch) {
    launchPaused = true;
    timers.startSingleTimer(
        LaunchNext.class,
        new LaunchNext(),
        Duration.ofSeconds(1).dividedBy(settings.launchesPerSecond()));
    Instant startedAt = now();
    Fleet.Pool pool = around.fleet().pool(launch.clientToken());
    getContext()
        .pipeToSelf(
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

  private void didNotServe(String what) {
    metrics.launched(Outcome.DID_NOT_SERVE);
    log.warn("Launching pauses: {}", what);
  }

  private void end(Hopeless node) {
    if (!term.holds().getAsBoolean() || !ending.add(node.id())) {
      return;
    }
    log.warn(
        "Ending node {}: it {}", node.id(), node.gotReady() ? "fell silent" : "never got ready");
    getContext()
        .pipeToSelf(
            Completions.attempt(() -> around.fleet().terminate(node.id())),
            (done, failure) ->
                failure == null
                    ? new NodeEnded(node)
                    : new EndFailed(node, Completions.cause(failure)));
  }

  private Instant now() {
    return around.clock().instant();
  }
}
