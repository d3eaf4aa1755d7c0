package dev.argus.scaling;

import dev.argus.config.Backoff;
import dev.argus.config.ScalingSettings;
import dev.argus.ports.Completions;
import dev.argus.ports.Fleet;
import dev.argus.ports.MessageQueue;
import dev.argus.protocol.NodeReport;
import dev.argus.protocol.ResponseMessage;
import dev.argus.protocol.WarmNodes;
import dev.argus.scaling.Lookout.Sight;
import dev.argus.scaling.ScalingMetrics.Outcome;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
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
 * The controller in one {@link Term}: looks at the queue and the fleet, and changes the fleet as is
 * decided ({@link FleetChanges}). {@link TermActor} starts and stops it.
 *
 * <p>It looks every {@code interval} while there is a photo, a node or a launch, and every {@code
 * idle-interval} otherwise, when an accepted photo wakes it at once. One look is under way at a
 * time; after one that failed the next waits for a back-off.
 *
 * <p>It ends only nodes that never got ready or fell silent; all others decide themselves when to
 * leave.
 */
public final class ScalerActor extends AbstractBehavior<ScalerActor.Command> {
  /** What the controller understands. */
  public sealed interface Command
      permits WorkAccepted, ResponseSeen, Deaf, Tick, Looked, LookFailed, FleetChanges.Event {}

  /** The web tier accepted a photo. */
  public record WorkAccepted() implements Command {}

  /** An app node sent an answer or a report. */
  public record ResponseSeen(ResponseMessage message) implements Command {}

  /** What app nodes send could not be received. */
  public record Deaf() implements Command {}

  private record Tick() implements Command {}

  private record Looked(Sight sight) implements Command {}

  private record LookFailed(Instant startedAt, Throwable cause) implements Command {}

  /**
   * What the controller works with.
   *
   * @param cluster names the cluster in client tokens, at most 31 characters
   * @param requests the request queue
   * @param waiting how many requests wait for their answer; called from the actor
   * @param decisions where the decisions go
   * @param forecast told of what was observed
   * @param onFleet told of the nodes that EC2 shows, at each look
   * @param onWarm told how many nodes are worth keeping without work: when that changes, and from
   *     time to time
   */
  public record Surroundings(
      String cluster,
      MessageQueue requests,
      Fleet fleet,
      IntSupplier waiting,
      DecisionLog decisions,
      Forecast forecast,
      Consumer<List<Fleet.Node>> onFleet,
      Consumer<WarmNodes> onWarm,
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

  private final Logger log;
  private final TimerScheduler<Command> timers;
  private final ScalingSettings settings;
  private final Surroundings around;
  private final ScalingMetrics metrics;
  private final Controller controller;
  private final FleetChanges changes;
  private final Lookout lookout;
  private final BackoffTimer lookBackoff;
  private boolean idle;
  private boolean workAccepted; // since the latest look began
  private Optional<WarmNodes> told = Optional.empty();

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
    Duration pause = Duration.ofSeconds(1).dividedBy(settings.launchesPerSecond());
    this.changes = new FleetChanges(context, timers, pause, around, term, controller, metrics);
    this.lookout = new Lookout(around.requests(), around.fleet());
    this.lookBackoff =
        new BackoffTimer(
            new Backoff(settings.minBackoff(), settings.maxBackoff()), around.random());
    context.getSelf().tell(new Tick());
  }

  @Override
  public Receive<Command> createReceive() {
    return changes
        .receive(newReceiveBuilder())
        .onMessage(WorkAccepted.class, message -> onWorkAccepted())
        .onMessage(ResponseSeen.class, this::onResponseSeen)
        .onMessage(Deaf.class, message -> onDeaf())
        .onMessage(Tick.class, message -> onTick())
        .onMessage(Looked.class, this::onLooked)
        .onMessage(LookFailed.class, this::onLookFailed)
        .build();
  }

  private Behavior<Command> onWorkAccepted() {
    workAccepted = true;
    controller.accepted(now());
    return idle ? onTick() : this;
  }

  private Behavior<Command> onResponseSeen(ResponseSeen seen) {
    controller.hear(seen.message(), now()).ifPresent(this::didNotServe);
    if (seen.message() instanceof NodeReport report) {
      Level level = report.state() == NodeReport.State.WORKING ? Level.DEBUG : Level.INFO;
      log.atLevel(level)
          .addArgument(report.node())
          .addArgument(() -> Words.of(report))
          .log("Node {} reports {}");
    }
    return this;
  }

  private Behavior<Command> onDeaf() {
    controller.blind(now());
    return this;
  }

  /** By the timer or in its place, which runs only between looks: so there is one at a time. */
  private Behavior<Command> onTick() {
    timers.cancel(Tick.class);
    idle = false;
    workAccepted = false;
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
    lookAgain(settings.interval()); // even if something below throws
    Sight sight = looked.sight();
    lookBackoff.succeeded(sight.startedAt());
    Controller.Step step = controller.step(now(), sight, around.waiting().getAsInt());
    record(step.decision());
    step.decision().warm().ifPresent(this::tellNodes);
    around.onFleet().accept(sight.nodes());
    step.gone().forEach(this::didNotServe);
    step.hopeless().forEach(changes::end);
    changes.launch();
    boolean nothing = step.decision().observation().filter(Observation::isIdle).isPresent();
    if (nothing && step.decision().launch() == 0 && !workAccepted) {
      idle = true;
      lookAgain(settings.idleInterval());
    }
    return this;
  }

  private Behavior<Command> onLookFailed(LookFailed failed) {
    Instant now = now();
    controller.blind(now);
    lookBackoff.failed(failed.startedAt(), now);
    Duration wait = Duration.between(now, lookBackoff.until());
    lookAgain(wait.compareTo(settings.minBackoff()) > 0 ? wait : settings.minBackoff());
    record(
        Decision.blind(
            now,
            "nothing is launched because the queue or the fleet cannot be read: " + failed.cause));
    return this;
  }

  private void record(Decision decision) {
    metrics.decided(decision);
    around.forecast().observed(decision.observation());
    boolean news = around.decisions().add(decision);
    log.atLevel(news ? Level.INFO : Level.DEBUG)
        .addArgument(decision.reason())
        .addArgument(() -> decision.observation().map(Observation::describe).orElse("nothing seen"))
        .log("Scaling: {} [{}]");
  }

  /** Nodes take no word for true that is old. */
  private void tellNodes(int warm) {
    WarmNodes word = new WarmNodes(warm, now());
    boolean known =
        told.filter(before -> before.count() == warm)
            .filter(before -> before.at().plus(WarmNodes.RENEWAL).isAfter(word.at()))
            .isPresent();
    if (!known) {
      told = Optional.of(word);
      around.onWarm().accept(word);
    }
  }

  private void lookAgain(Duration wait) {
    timers.startSingleTimer(Tick.class, new Tick(), wait);
  }

  private void didNotServe(String what) {
    metrics.launched(Outcome.DID_NOT_SERVE);
    log.warn("Launching pauses: {}", what);
  }

  private Instant now() {
    return around.clock().instant();
  }
}
