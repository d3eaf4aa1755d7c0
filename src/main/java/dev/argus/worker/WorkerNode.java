package dev.argus.worker;

import dev.argus.config.WorkerSettings;
import dev.argus.ports.Classifier;
import dev.argus.ports.Fleet;
import dev.argus.ports.MessageQueue;
import dev.argus.ports.MessageQueues;
import dev.argus.ports.ObjectStore;
import dev.argus.protocol.Codec;
import dev.argus.protocol.NodeReport;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Props;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One app node at work: the worker stream, the watchdog that ends it, and its reports.
 *
 * <p>It says READY when it starts to receive and DRAINING when it stops. {@link #leave} tells when
 * it should go; {@link #drain} makes it ready to go. Whoever started it ends the process.
 */
public final class WorkerNode {
  private static final Logger LOG = LoggerFactory.getLogger(WorkerNode.class);
  private static final Duration REPORT_TIMEOUT = Duration.ofSeconds(2);

  /**
   * What a node needs from outside.
   *
   * @param id its instance id
   * @param launchedAt when EC2 launched the instance, if it knows
   * @param responses where its reports go
   */
  public record Dependencies(
      String id,
      Optional<Instant> launchedAt,
      MessageQueue requests,
      MessageQueue responses,
      MessageQueue deadLetters,
      MessageQueues queues,
      ObjectStore store,
      Fleet fleet,
      Classifier classifier,
      InstantSource clock) {}

  private final Dependencies deps;
  private final WorkerStream stream;
  private final CompletableFuture<Leave> leave = new CompletableFuture<>();

  private WorkerNode(ActorSystem<?> system, WorkerSettings settings, Dependencies deps) {
    this.deps = deps;
    InstantSource clock = deps.clock();
    Intake intake = new Intake(settings, clock);
    BusyShare busyShare =
        new BusyShare(
            settings.busyWindow(), deps.classifier().parallelism(), deps.clock().instant());
    this.stream =
        WorkerStream.start(
            system,
            deps.requests(),
            intake,
            new Steps.Dependencies(
                deps.id(),
                deps.classifier(),
                deps.store(),
                deps.queues(),
                deps.deadLetters(),
                service -> busyShare.add(clock.instant(), service),
                clock),
            settings);
    stream
        .done()
        .whenComplete(
            (done, failure) ->
                // Of no effect when the node is leaving anyway, as it should be.
                leave.completeExceptionally(
                    failure != null
                        ? failure
                        : new IllegalStateException("the worker stream has ended by itself")));
    system.systemActorOf(
        Watchdog.create(
            settings,
            new Watchdog.Surroundings(
                deps.id(),
                intake::status,
                busyShare,
                deps.requests(),
                deps.fleet(),
                clock,
                leave::complete)),
        "watchdog",
        Props.empty());
  }

  /** Starts to receive, and reports READY. */
  public static WorkerNode start(
      ActorSystem<?> system, WorkerSettings settings, Dependencies dependencies) {
    WorkerNode node = new WorkerNode(system, settings, dependencies);
    node.reportReady();
    return node;
  }

  /** Reports that the process of this node runs, before its model is loaded. */
  public static CompletionStage<Done> reportBooted(
      String id, int parallelism, MessageQueue responses, InstantSource clock) {
    return send(
        responses,
        new NodeReport(
            id, NodeReport.State.BOOTED, "", clock.instant(), Duration.ZERO, parallelism));
  }

  /** Completes when the node should leave; fails if its stream broke, which it should never. */
  public CompletionStage<Leave> leave() {
    return leave;
  }

  /** Stops at once: for a node whose queue cannot be reached, and that could tell nobody. */
  public void abandon() {
    stream.abandon();
  }

  /** Reports DRAINING, stops receiving, finishes what it can and gives back the rest. */
  public CompletionStage<Done> drain(String reason) {
    leave.complete(new Leave(Leave.Reason.TOLD, reason));
    CompletionStage<Done> reported = report(NodeReport.State.DRAINING, reason, Duration.ZERO);
    return stream.drain().thenCombine(reported, (drained, told) -> drained);
  }

  private void reportReady() {
    Instant now = deps.clock().instant();
    Duration sinceLaunch =
        deps.launchedAt()
            .filter(now::isAfter)
            .map(launched -> Duration.between(launched, now))
            .orElse(Duration.ZERO);
    report(NodeReport.State.READY, "", sinceLaunch);
  }

  private CompletionStage<Done> report(
      NodeReport.State state, String reason, Duration sinceLaunch) {
    return send(
        deps.responses(),
        new NodeReport(
            deps.id(),
            state,
            reason,
            deps.clock().instant(),
            sinceLaunch,
            deps.classifier().parallelism()));
  }

  /** A report that cannot be sent is no reason not to work, or not to leave. */
  private static CompletionStage<Done> send(MessageQueue responses, NodeReport report) {
    return responses
        .send(Codec.encode(report))
        .toCompletableFuture()
        .orTimeout(REPORT_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
        .exceptionally(
            failure -> {
              LOG.warn("could not report {}: {}", report.state(), failure.toString());
              return Done.getInstance();
            });
  }
}
