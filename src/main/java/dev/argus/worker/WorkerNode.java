package dev.argus.worker;

import dev.argus.config.WorkerSettings;
import dev.argus.ports.Classifier;
import dev.argus.ports.Fleet;
import dev.argus.ports.MessageQueue;
import dev.argus.ports.MessageQueues;
import dev.argus.ports.ObjectStore;
import dev.argus.ports.ObjectStore.Bucket;
import dev.argus.protocol.MalformedMessageException;
import dev.argus.protocol.ObjectKeys;
import dev.argus.protocol.WarmNodes;
import dev.argus.tracing.Tracing;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.stream.javadsl.Source;

/**
 * One app node at work: the worker stream, what ends it (its watchdog, an interruption, a failure
 * of its own), and its reports.
 *
 * <p>It says READY when it starts to receive, every {@code report-interval} that it works and what
 * it counted, and DRAINING or FAILED when it stops. {@link #leave} tells when it should go; {@link
 * #drain} makes it ready to go. Whoever started it ends the process.
 */
public final class WorkerNode {
  /**
   * What a node needs from outside.
   *
   * @param reports tells the web tier of this node, and knows its instance id
   * @param interruption when EC2 takes the machine away, if it says so
   * @param toldHowManyStay whether the controller's policy says how many nodes are worth keeping
   * @param tracing makes the spans of photos
   */
  public record Dependencies(
      NodeReports reports,
      MessageQueue requests,
      MessageQueue deadLetters,
      MessageQueues queues,
      ObjectStore store,
      Fleet fleet,
      Classifier classifier,
      Supplier<CompletionStage<Optional<Instant>>> interruption,
      InstantSource clock,
      boolean toldHowManyStay,
      Tracing tracing) {

    /** A node that makes no traces, and is told nothing by the controller. */
    public Dependencies(
        NodeReports reports,
        MessageQueue requests,
        MessageQueue deadLetters,
        MessageQueues queues,
        ObjectStore store,
        Fleet fleet,
        Classifier classifier,
        Supplier<CompletionStage<Optional<Instant>>> interruption,
        InstantSource clock) {
      this(
          reports,
          requests,
          deadLetters,
          queues,
          store,
          fleet,
          classifier,
          interruption,
          clock,
          false,
          Tracing.off());
    }
  }

  private final WorkerSettings settings;
  private final InstantSource clock;
  private final NodeReports reports;
  private final Intake intake;
  private final WorkerStream stream;
  private final CompletableFuture<Leave> leave = new CompletableFuture<>();

  private WorkerNode(ActorSystem<?> system, WorkerSettings settings, Dependencies deps) {
    this.settings = settings;
    this.clock = deps.clock();
    this.reports = deps.reports();
    this.intake = new Intake(settings, clock);
    BusyShare busyShare =
        new BusyShare(settings.busyWindow(), deps.classifier().parallelism(), clock.instant());
    this.stream =
        WorkerStream.start(
            system,
            deps.requests(),
            intake,
            new Steps.Dependencies(
                reports.node(),
                deps.classifier(),
                deps.store(),
                deps.queues(),
                deps.deadLetters(),
                reports.events(),
                service -> busyShare.add(clock.instant(), service),
                why -> broken(intake, why),
                clock,
                deps.tracing()),
            settings);
    stream
        .done()
        .whenComplete(
            (done, failure) ->
                // Of no effect when the node is leaving anyway, as it should be.
                leave.complete(
                    new Leave(
                        Leave.Reason.FAILED,
                        "its worker stream ended by itself"
                            + (failure == null ? "" : ": " + Failure.describe(failure)))));
    Interruptions.watch(
        system,
        settings.interruptionInterval(),
        deps.interruption(),
        stream.done(),
        leave::complete);
    // Far more often than a report is due, so that one that could not be sent is sent soon after.
    Source.tick(settings.watchdogInterval(), settings.watchdogInterval(), Done.getInstance())
        .takeWhile(tick -> !stream.done().toCompletableFuture().isDone())
        .mapAsync(1, tick -> reports.working(settings.reportInterval()))
        .run(system);
    ActorRef<Watchdog.Command> watchdog =
        system.systemActorOf(
            Watchdog.create(
                settings,
                new Watchdog.Surroundings(
                    reports.node(),
                    reports.launchedAt().orElse(clock.instant()),
                    intake::status,
                    reports::isOutdated,
                    busyShare,
                    deps.requests(),
                    deps.fleet(),
                    deps.toldHowManyStay() ? () -> warmNodes(deps.store()) : WorkerNode::notTold,
                    clock,
                    leave::complete)),
            "watchdog-" + reports.node(),
            Props.empty());
    intake.whenEmptied(() -> watchdog.tell(Watchdog.Emptied.INSTANCE));
  }

  private static CompletionStage<Optional<WarmNodes>> notTold() {
    return CompletableFuture.completedFuture(Optional.empty());
  }

  private static CompletionStage<Optional<WarmNodes>> warmNodes(ObjectStore store) {
    return store
        .get(Bucket.STATE, ObjectKeys.WARM_NODES)
        .thenApply(
            found -> {
              try {
                return found.isEmpty()
                    ? Optional.empty()
                    : Optional.of(WarmNodes.fromJson(found.get().bytes().utf8String()));
              } catch (MalformedMessageException e) {
                throw new CompletionException(e);
              }
            });
  }

  /** At once, so that no further photo comes to a node that can do nothing for it. */
  private void broken(Intake intake, String why) {
    intake.close();
    leave.complete(new Leave(Leave.Reason.FAILED, why));
  }

  /** Starts to receive, and reports READY. */
  public static WorkerNode start(
      ActorSystem<?> system, WorkerSettings settings, Dependencies dependencies) {
    WorkerNode node = new WorkerNode(system, settings, dependencies);
    node.reports.ready();
    return node;
  }

  /** How receiving goes, and what the node holds. */
  public ReceiveStatus receiving() {
    return intake.status();
  }

  /** Completes when the node should leave. */
  public CompletionStage<Leave> leave() {
    return leave;
  }

  /** Stops at once: for a node whose queue cannot be reached, and that could tell nobody. */
  public void abandon() {
    stream.abandon();
  }

  /** Says why, stops receiving, finishes what fits into the time left, and gives back the rest. */
  public CompletionStage<Done> drain(Leave why) {
    leave.complete(why);
    Duration time =
        why.timeToFinish(settings.drainTimeout(), settings.giveBackTimeout(), clock.instant());
    CompletionStage<Done> told =
        why.reason() == Leave.Reason.FAILED
            ? reports.failed(why.text())
            : reports.draining(why.text());
    return stream
        .drain(time)
        .thenCombine(told, (drained, done) -> done)
        .thenCompose(
            done ->
                reports.haveMoreToTell()
                    ? reports.draining(
                        why.text()) // with what was given back, and the last requests
                    : CompletableFuture.completedFuture(done));
  }
}
