package dev.argus.cli;

import dev.argus.config.ArgusSettings;
import dev.argus.config.ConnectionSettings;
import dev.argus.config.InvalidSettingException;
import dev.argus.scaling.DecisionLog;
import dev.argus.scaling.Forecast;
import dev.argus.scaling.ScalerActor;
import dev.argus.scaling.ScalingPolicy;
import dev.argus.web.Admission;
import dev.argus.web.WebTier;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Props;

/** A web node: the web tier, and the controller if this one scales. */
final class WebNode implements AutoCloseable {
  private static final Duration START_TIMEOUT = Duration.ofSeconds(30);
  private static final Duration STOP_SLACK = Duration.ofSeconds(3);

  private final WebTier webTier;
  private final ActorRef<ScalerActor.Command> scaler;
  private final Duration stopLimit;

  private WebNode(
      WebTier webTier, ActorRef<ScalerActor.Command> scaler, ConnectionSettings settings) {
    this.webTier = webTier;
    this.scaler = scaler;
    this.stopLimit = settings.stopTimeout().plus(STOP_SLACK);
  }

  /**
   * Starts everything; returns when the port is open.
   *
   * @param environment what the settings were read with
   */
  static WebNode start(ArgusSettings settings, Map<String, String> environment, Ports ports)
      throws Exception {
    PrometheusMeterRegistry metrics = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    new JvmMemoryMetrics().bindTo(metrics);
    new ProcessorMetrics().bindTo(metrics);
    new JvmGcMetrics().bindTo(metrics);
    InstantSource clock = InstantSource.system();
    Admission admission = new Admission(settings.web().admission());
    DecisionLog decisions = new DecisionLog(settings.scaling().decisionLogSize());
    // Without the controller in this process nobody here counts the queue: it stays unknown.
    Forecast forecast = new Forecast();
    ActorRef<ScalerActor.Command> scaler =
        settings.scaling().enabled()
            ? startScaler(
                settings, environment, ports, admission, decisions, forecast, metrics, clock)
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
                        () -> scaler.tell(new ScalerActor.WorkAccepted()),
                        message -> scaler.tell(new ScalerActor.ResponseSeen(message)),
                        () -> scaler.tell(new ScalerActor.Deaf()),
                        () -> forecast.timeToAnswer(admission.waiting()),
                        () -> decisions.toJson().toString(),
                        decisions::trouble),
                    metrics,
                    clock))
            .handle((tier, failure) -> started(tier, failure, settings.web().connections()))
            .toCompletableFuture()
            .get(START_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    return new WebNode(webTier, scaler, settings.web().connections());
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

  private static ActorRef<ScalerActor.Command> startScaler(
      ArgusSettings settings,
      Map<String, String> environment,
      Ports ports,
      Admission admission,
      DecisionLog decisions,
      Forecast forecast,
      PrometheusMeterRegistry metrics,
      InstantSource clock) {
    return ports
        .system()
        .systemActorOf(
            ScalerActor.create(
                settings.scaling(),
                ScalingPolicy.named(settings.scaling().policy())
                    .withAtLeast(settings.worker().minWorkers()),
                new ScalerActor.Surroundings(
                    settings.names().prefix(),
                    ports.requests(),
                    settings.names().responseQueue(),
                    ports.store(),
                    ports.fleet(nodeEnvironment(settings, environment)),
                    admission::waiting,
                    decisions,
                    forecast,
                    clock,
                    RandomGenerator.getDefault(),
                    metrics)),
            "scaler",
            Props.empty());
  }

  /**
   * What every app node is told by its user data: the settings of this process, for the cluster
   * must agree on names and limits, and where to report to.
   */
  private static Map<String, String> nodeEnvironment(
      ArgusSettings settings, Map<String, String> environment) {
    Map<String, String> told = settings.nodeOverridesIn(environment);
    told.put("ARGUS_NAMES_PREFIX", settings.names().prefix());
    told.put("ARGUS_NAMES_RESPONSE_QUEUE", settings.names().responseQueue());
    return told;
  }

  InetSocketAddress address() {
    return webTier.address();
  }

  @Override
  public void close() throws Exception {
    scaler.tell(new ScalerActor.Stop()); // first: no machine for a web node that goes
    webTier.stop().toCompletableFuture().get(stopLimit.toMillis(), TimeUnit.MILLISECONDS);
  }
}
