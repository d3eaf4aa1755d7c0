package dev.argus.cli;

import dev.argus.config.ArgusSettings;
import dev.argus.config.ConnectionSettings;
import dev.argus.config.InvalidSettingException;
import dev.argus.costs.CostKeeper;
import dev.argus.ports.Fleet;
import dev.argus.ports.ObjectStore;
import dev.argus.ports.ObjectStore.Bucket;
import dev.argus.ports.ObjectStore.StoredObject;
import dev.argus.protocol.ObjectKeys;
import dev.argus.protocol.WarmNodes;
import dev.argus.scaling.DecisionLog;
import dev.argus.scaling.FleetWatch;
import dev.argus.scaling.Forecast;
import dev.argus.scaling.LeaderElection;
import dev.argus.scaling.ScalerActor;
import dev.argus.scaling.ScalingPolicy;
import dev.argus.scaling.Term;
import dev.argus.scaling.TermActor;
import dev.argus.web.Admission;
import dev.argus.web.WebTier;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.util.ByteString;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A web node: the web tier, and the controller while this one leads, if it may. */
final class WebNode implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(WebNode.class);
  private static final Duration START_TIMEOUT = Duration.ofSeconds(30);
  private static final Duration STOP_SLACK = Duration.ofSeconds(3);
  private static final Duration RELEASE_TIMEOUT = Duration.ofSeconds(3);
  private static final Duration SAVE_TIMEOUT = Duration.ofSeconds(2);
  private static final Duration COSTS_TIMEOUT = Duration.ofSeconds(15);

  private final ActorSystem<?> system;
  private final WebTier webTier;
  private final Optional<ActorRef<LeaderElection.Command>> election;
  private final ActorRef<CostKeeper.Command> costs;
  private final Duration stopLimit;

  private WebNode(
      ActorSystem<?> system,
      WebTier webTier,
      Optional<ActorRef<LeaderElection.Command>> election,
      ActorRef<CostKeeper.Command> costs,
      ConnectionSettings settings) {
    this.system = system;
    this.webTier = webTier;
    this.election = election;
    this.costs = costs;
    this.stopLimit = settings.stopTimeout().plus(STOP_SLACK).plus(SAVE_TIMEOUT);
  }

  /**
   * Starts everything; returns when the port is open.
   *
   * @param environment what the settings were read with
   * @param instance this machine; empty if it is no EC2 instance
   */
  static WebNode start(
      ArgusSettings settings,
      Map<String, String> environment,
      Ports ports,
      CompletionStage<Optional<Fleet.Node>> instance)
      throws Exception {
    PrometheusMeterRegistry metrics = ports.metrics();
    new JvmMemoryMetrics().bindTo(metrics);
    new ProcessorMetrics().bindTo(metrics);
    new JvmGcMetrics().bindTo(metrics);
    InstantSource clock = InstantSource.system();
    Admission admission = new Admission(settings.web().admission());
    DecisionLog decisions = new DecisionLog(settings.scaling().decisionLogSize());
    // While the controller is in another process nobody here counts the queue: it is unknown.
    Forecast forecast = new Forecast();
    FleetWatch watch = new FleetWatch(settings.scaling().launchVisibilityTimeout(), clock);
    ActorRef<CostKeeper.Command> costs = startCosts(settings, ports, instance, metrics, clock);
    ActorRef<TermActor.Command> terms =
        settings.scaling().enabled()
            ? startTerms(
                settings,
                environment,
                ports,
                admission,
                decisions,
                forecast,
                watch,
                nodes -> costs.tell(new CostKeeper.Seen(nodes)),
                metrics,
                clock)
            : ports.system().deadLetters().unsafeUpcast();
    WebTier webTier =
        WebTier.start(
                ports.system(),
                settings,
                admission,
                new WebTier.Dependencies(
                    ports.requests(),
                    ports.responses(),
                    settings.names().responseQueue(),
                    ports.deadLetters(),
                    ports.queues(),
                    ports.queues(),
                    ports.store(),
                    new WebTier.Scaling(
                        () -> pass(terms, new ScalerActor.WorkAccepted()),
                        message -> {
                          pass(terms, new ScalerActor.ResponseSeen(message));
                          costs.tell(new CostKeeper.Heard(message));
                          watch.heard(message);
                        },
                        () -> pass(terms, new ScalerActor.Deaf()),
                        () -> forecast.timeToAnswer(admission.waiting()),
                        forecast::isIdle,
                        () -> decisions.toJson().toString(),
                        () -> watch.toJson(decisions, forecast),
                        decisions::trouble),
                    () ->
                        AskPattern.ask(
                            costs, CostKeeper.Tell::new, COSTS_TIMEOUT, ports.system().scheduler()),
                    metrics,
                    clock,
                    ports.tracing()))
            .handle((tier, failure) -> started(tier, failure, settings.web().connections()))
            .toCompletableFuture()
            .get(START_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    Optional<ActorRef<LeaderElection.Command>> election =
        settings.scaling().enabled()
            ? Optional.of(startElection(settings, ports, terms, webTier, metrics))
            : Optional.empty();
    return new WebNode(ports.system(), webTier, election, costs, settings.web().connections());
  }

  private static void pass(ActorRef<TermActor.Command> terms, ScalerActor.Command message) {
    terms.tell(new TermActor.Pass(message));
  }

  private static WebTier started(WebTier tier, Throwable failure, ConnectionSettings connections) {
    if (failure != null) {
      throw new InvalidSettingException(
          "cannot listen on %s:%d; if another program does, choose another port with ARGUS_WEB_PORT"
                  .formatted(connections.host(), connections.port())
              + " (argus local: --port)",
          failure);
    }
    return tier;
  }

  private static ActorRef<LeaderElection.Command> startElection(
      ArgusSettings settings,
      Ports ports,
      ActorRef<TermActor.Command> terms,
      WebTier webTier,
      PrometheusMeterRegistry metrics) {
    LeaderElection.Listener listener =
        new LeaderElection.Listener() {
          @Override
          public void leads(Term term) {
            terms.tell(new TermActor.Begin(term));
            webTier.lead(true);
          }

          @Override
          public void follows(String why) {
            terms.tell(new TermActor.End(why));
            webTier.lead(false);
          }
        };
    return ports
        .system()
        .systemActorOf(
            LeaderElection.create(
                settings.scaling().lease(),
                new LeaderElection.Surroundings(
                    ports.store(),
                    UUID.randomUUID().toString(),
                    settings.names().responseQueue(),
                    settings.install().releaseSha256(),
                    System::nanoTime,
                    metrics,
                    listener)),
            "leader-election",
            Props.empty());
  }

  private static ActorRef<CostKeeper.Command> startCosts(
      ArgusSettings settings,
      Ports ports,
      CompletionStage<Optional<Fleet.Node>> instance,
      PrometheusMeterRegistry metrics,
      InstantSource clock) {
    return ports
        .system()
        .systemActorOf(
            CostKeeper.create(
                settings.prices(),
                new CostKeeper.Surroundings(
                    settings.names().responseQueue(),
                    ports.store(),
                    ports.billedRequests(),
                    instance,
                    metrics,
                    clock)),
            "costs",
            Props.empty());
  }

  private static ActorRef<TermActor.Command> startTerms(
      ArgusSettings settings,
      Map<String, String> environment,
      Ports ports,
      Admission admission,
      DecisionLog decisions,
      Forecast forecast,
      FleetWatch watch,
      Consumer<List<Fleet.Node>> onFleet,
      PrometheusMeterRegistry metrics,
      InstantSource clock) {
    checkThatNodesCanBoot(settings);
    return ports
        .system()
        .systemActorOf(
            TermActor.create(
                settings.scaling(),
                ScalingPolicy.named(settings.scaling().policy())
                    .withAtLeast(settings.worker().minWorkers()),
                new ScalerActor.Surroundings(
                    settings.names().prefix(),
                    ports.requests(),
                    watch.watched(ports.fleet(NodeEnvironment.of(settings, environment))),
                    admission::waiting,
                    decisions,
                    forecast,
                    onFleet,
                    word -> tellNodes(ports.store(), word),
                    clock,
                    RandomGenerator.getDefault(),
                    metrics)),
            "terms",
            Props.empty());
  }

  /** One that is lost is said again soon. */
  private static void tellNodes(ObjectStore store, WarmNodes word) {
    StoredObject object =
        new StoredObject(ByteString.fromString(word.toJson()), "application/json", Map.of());
    store
        .put(Bucket.STATE, ObjectKeys.WARM_NODES, object)
        .whenComplete(
            (done, failure) -> {
              if (failure != null) {
                LOG.warn("app nodes cannot be told that {}: {}", word, failure.toString());
              }
            });
  }

  /** Else EC2 would be paid for machines that switch themselves off again. */
  static void checkThatNodesCanBoot(ArgusSettings settings) {
    if (settings.install().isEmpty()
        && settings.ec2().userDataScript().endsWith("deploy/user-data.sh")
        && settings.scaling().maxWorkers() > 0) {
      throw new InvalidSettingException(
          "argus.ec2.user-data-script installs a release on every app node, and argus.install names"
              + " none: set release-uri and release-sha256, as argus provision does, or"
              + " ARGUS_SCALING_ENABLED=false");
    }
  }

  InetSocketAddress address() {
    return webTier.address();
  }

  @Override
  public void close() throws Exception {
    CompletionStage<Done> released = release(); // first: no machine for a web node that goes
    webTier
        .stop()
        .thenCombine(released, (stopped, done) -> done)
        .thenCompose(done -> saveCosts())
        .toCompletableFuture()
        .get(stopLimit.toMillis(), TimeUnit.MILLISECONDS);
  }

  private CompletionStage<Done> saveCosts() {
    return AskPattern.ask(costs, CostKeeper.Save::new, SAVE_TIMEOUT, system.scheduler())
        .exceptionally(
            failure -> {
              system.log().warn("the latest costs are not saved: {}", failure.toString());
              return Done.getInstance();
            });
  }

  private CompletionStage<Done> release() {
    return election
        .map(
            it ->
                AskPattern.<LeaderElection.Command, Done>ask(
                        it, LeaderElection.Release::new, RELEASE_TIMEOUT, system.scheduler())
                    .exceptionally(
                        failure -> {
                          system.log().warn("the lead runs out, for {}", failure.toString());
                          return Done.getInstance();
                        }))
        .orElseGet(() -> CompletableFuture.completedFuture(Done.getInstance()));
  }
}
