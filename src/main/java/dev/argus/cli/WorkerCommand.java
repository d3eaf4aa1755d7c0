package dev.argus.cli;

import dev.argus.aws.AwsEnvironment;
import dev.argus.aws.InstanceMetadata;
import dev.argus.config.ArgusSettings;
import dev.argus.config.Backoff;
import dev.argus.config.WorkerSettings;
import dev.argus.inference.DjlClassifier;
import dev.argus.ports.Classifier;
import dev.argus.ports.Fleet;
import dev.argus.protocol.BootStage;
import dev.argus.worker.BootTimes;
import dev.argus.worker.Failure;
import dev.argus.worker.Leave;
import dev.argus.worker.NodeReports;
import dev.argus.worker.WorkerNode;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;

/** Runs an app node until it is not needed, or is told to stop; then it ends its instance. */
@Command(
    name = "worker",
    description = {
      "Run an app node, against AWS or whatever AWS_ENDPOINT_URL names.",
      "It learns its instance id from the metadata service, and terminates its instance when it is"
          + " not needed, when EC2 takes it away, or when it cannot do its work."
    },
    mixinStandardHelpOptions = true)
final class WorkerCommand implements Callable<Integer> {
  private static final Logger LOG = LoggerFactory.getLogger(WorkerCommand.class);
  private static final Duration METADATA_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration TERMINATE_TIMEOUT = Duration.ofSeconds(5);

  @Override
  public Integer call() throws Exception {
    BootTimes boot = BootTimes.of(System.getenv().getOrDefault(BootTimes.VARIABLE, ""));
    boot.reached(BootStage.JVM, Instant.now());
    ArgusSettings settings = Startup.settings(System.getenv());
    StopSignal signal = StopSignal.install();
    // Side by side, for a node is of no use before both are done.
    CompletableFuture<Classifier> loading =
        CompletableFuture.supplyAsync(() -> load(settings, boot));
    try (Ports ports =
            new Ports(
                settings,
                AwsEnvironment.from(System.getenv()),
                Telemetry.of(System.getenv(), "argus-worker"),
                settings.worker().receiveWait());
        InstanceMetadata metadata = ports.clients().metadata(METADATA_TIMEOUT)) {
      NodeReports reports = introduce(settings, signal, ports, metadata, boot);
      Fleet fleet = ports.fleet(Map.of()); // a node launches nobody
      Leave leave =
          serve(
              settings.worker(),
              signal.stage(),
              reports,
              loading,
              classifier ->
                  WorkerNode.start(
                      ports.system(),
                      settings.worker(),
                      new WorkerNode.Dependencies(
                          reports,
                          ports.requests(),
                          ports.deadLetters(),
                          ports.replyQueues(),
                          ports.store(),
                          fleet,
                          classifier,
                          metadata::spotInterruption,
                          InstantSource.system(),
                          settings.scaling().saysHowManyStay(),
                          ports.tracing())));
      if (!signal.stage().isDone()) {
        terminate(fleet, reports.node());
      }
      return leave.reason() == Leave.Reason.FAILED ? 1 : 0;
    } finally {
      signal.done();
    }
  }

  private static Classifier load(ArgusSettings settings, BootTimes boot) {
    Classifier classifier = DjlClassifier.load(settings.model(), settings.image());
    boot.reached(BootStage.MODEL, Instant.now());
    return classifier;
  }

  /** Learns who this node is, and says that it has booted. */
  private static NodeReports introduce(
      ArgusSettings settings,
      StopSignal signal,
      Ports ports,
      InstanceMetadata metadata,
      BootTimes boot)
      throws InterruptedException {
    WorkerSettings worker = settings.worker();
    String id =
        new BootPatience(
                new Backoff(worker.minBackoff(), worker.maxBackoff()),
                worker.identityPatience(),
                signal.stage())
            .ask("the id of this instance", metadata::instanceId);
    Optional<Instant> launchedAt =
        metadata
            .launchedAt()
            .handle((at, unknown) -> Optional.ofNullable(at))
            .toCompletableFuture()
            .join();
    NodeReports reports =
        new NodeReports(
            id,
            launchedAt,
            settings.model().parallelism(),
            ports.leaderQueue(),
            InstantSource.system(),
            boot,
            ports.billedRequests());
    reports.booted();
    return reports;
  }

  /**
   * Works until there is a reason to leave, and is ready to end then.
   *
   * @param told completes with the reason when the process is told to stop; if that is before the
   *     model is loaded, nothing is received
   * @param start starts to receive
   */
  static Leave serve(
      WorkerSettings settings,
      CompletableFuture<String> told,
      NodeReports reports,
      CompletableFuture<Classifier> loading,
      Function<Classifier, WorkerNode> start)
      throws InterruptedException {
    try (Classifier classifier = loading.get()) { // native code that loads cannot be interrupted
      if (told.isDone()) {
        LOG.info("{} leaves before it was ready: {}", reports.node(), told.join());
        reports.draining(told.join()).toCompletableFuture().join();
        return new Leave(Leave.Reason.TOLD, told.join());
      }
      WorkerNode node = start.apply(classifier);
      LOG.info(
          "{} is ready: {}, {} at once",
          reports.node(),
          classifier.model(),
          classifier.parallelism());
      CompletableFuture<Leave> stop =
          told.thenApply(reason -> new Leave(Leave.Reason.TOLD, reason));
      Leave leave = node.leave().toCompletableFuture().applyToEither(stop, first -> first).join();
      LOG.info("{} leaves: {}", reports.node(), leave.text());
      if (leave.reason() == Leave.Reason.UNREACHABLE) {
        node.abandon();
      } else {
        drain(node, leave, settings);
      }
      return leave;
    } catch (ExecutionException e) {
      String why = "its model did not load: " + Failure.describe(e);
      LOG.error("{} never becomes ready: {}", reports.node(), why, e.getCause());
      reports.failed(why).toCompletableFuture().join();
      return new Leave(Leave.Reason.FAILED, why);
    }
  }

  private static void drain(WorkerNode node, Leave leave, WorkerSettings settings) {
    node.drain(leave)
        .toCompletableFuture()
        .orTimeout(
            settings.drainTimeout().plus(settings.giveBackTimeout()).toMillis(),
            TimeUnit.MILLISECONDS)
        .exceptionally(failure -> null)
        .join();
  }

  /** The instance ends with its node; where that fails, the end of this process must end it. */
  private static void terminate(Fleet fleet, String id) throws InterruptedException {
    try {
      fleet
          .terminate(id)
          .toCompletableFuture()
          .get(TERMINATE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      LOG.warn("{} cannot terminate itself: {}", id, e.toString());
    }
  }
}
