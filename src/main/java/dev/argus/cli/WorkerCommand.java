package dev.argus.cli;

import dev.argus.aws.AwsEnvironment;
import dev.argus.aws.InstanceMetadata;
import dev.argus.config.ArgusSettings;
import dev.argus.inference.DjlClassifier;
import dev.argus.ports.Classifier;
import dev.argus.ports.Fleet;
import dev.argus.worker.Leave;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;

/** Runs an app node until it is not needed, or is told to stop; then it ends its instance. */
@Command(
    name = "worker",
    description = {
      "Run an app node, against AWS or whatever AWS_ENDPOINT_URL names.",
      "It learns its instance id from the metadata service, and terminates its instance when it is"
          + " not needed."
    },
    mixinStandardHelpOptions = true)
final class WorkerCommand implements Callable<Integer> {
  private static final Logger LOG = LoggerFactory.getLogger(WorkerCommand.class);
  private static final Duration METADATA_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration TERMINATE_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration DRAIN_SLACK = Duration.ofSeconds(5);

  @Override
  public Integer call() throws Exception {
    ArgusSettings settings = Startup.settings(System.getenv());
    StopSignal signal = StopSignal.install();
    // Side by side, for a node is of no use before both are done.
    CompletableFuture<Classifier> loading =
        CompletableFuture.supplyAsync(() -> DjlClassifier.load(settings.model(), settings.image()));
    try (Ports ports = new Ports(settings, AwsEnvironment.from(System.getenv()));
        InstanceMetadata metadata = ports.clients().metadata(METADATA_TIMEOUT)) {
      String id = metadata.instanceId().toCompletableFuture().get();
      Optional<Instant> launchedAt =
          metadata
              .launchedAt()
              .handle((at, unknown) -> Optional.ofNullable(at))
              .toCompletableFuture()
              .get();
      WorkerNode.reportBooted(
          id, settings.model().parallelism(), ports.responses(), InstantSource.system());
      try (Classifier classifier = loading.get()) {
        return run(settings, signal, ports, id, launchedAt, classifier);
      }
    } finally {
      signal.done();
    }
  }

  private static int run(
      ArgusSettings settings,
      StopSignal signal,
      Ports ports,
      String id,
      Optional<Instant> launchedAt,
      Classifier classifier)
      throws InterruptedException {
    Fleet fleet = ports.fleet(Map.of()); // a node launches nobody
    WorkerNode node =
        WorkerNode.start(
            ports.system(),
            settings.worker(),
            new WorkerNode.Dependencies(
                id,
                launchedAt,
                ports.requests(),
                ports.responses(),
                ports.deadLetters(),
                ports.queues(),
                ports.store(),
                fleet,
                classifier,
                InstantSource.system()));
    LOG.info("{} is ready: {}, {} at once", id, classifier.model(), classifier.parallelism());

    CompletableFuture<Leave> told =
        signal.stage().thenApply(reason -> new Leave(Leave.Reason.TOLD, reason));
    Leave leave;
    boolean broken = false;
    try {
      leave = node.leave().toCompletableFuture().applyToEither(told, first -> first).get();
    } catch (ExecutionException e) {
      LOG.error("the worker stream broke", e.getCause());
      leave = new Leave(Leave.Reason.TOLD, "its worker stream broke: " + e.getCause());
      broken = true;
    }
    LOG.info("{} leaves: {}", id, leave.text());
    if (leave.reason() == Leave.Reason.UNREACHABLE) {
      node.abandon();
    } else {
      drain(node, leave, settings);
    }
    if (!signal.stage().isDone()) {
      terminate(fleet, id);
    }
    return broken ? 1 : 0;
  }

  private static void drain(WorkerNode node, Leave leave, ArgusSettings settings) {
    node.drain(leave.text())
        .toCompletableFuture()
        .orTimeout(
            settings.worker().drainTimeout().plus(DRAIN_SLACK).toMillis(), TimeUnit.MILLISECONDS)
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
