package dev.argus.worker;

import dev.argus.ports.BilledRequests;
import dev.argus.protocol.BilledRequest;
import dev.argus.protocol.BootStage;
import dev.argus.protocol.Codec;
import dev.argus.protocol.NodeEvent;
import dev.argus.protocol.NodeReport;
import dev.argus.protocol.WireMessage;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.Done;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a node says of itself to the web node that leads.
 *
 * <p>A report that cannot be sent is no reason not to work, or not to leave: no stage fails, and
 * each is done within {@link #TIMEOUT}. What was counted and could not be told is told next time.
 *
 * <p>A node that works is never silent for long, or the leader takes it for dead. Thread-safe.
 */
public final class NodeReports {
  /** The longest that a report is waited for. */
  public static final Duration TIMEOUT = Duration.ofSeconds(2);

  private static final Logger LOG = LoggerFactory.getLogger(NodeReports.class);

  private final String node;
  private final Optional<Instant> launchedAt;
  private final int parallelism;
  private final LeaderQueue leader;
  private final InstantSource clock;
  private final BootTimes boot;
  private final BilledRequests requests;
  private final Events events = new Events();
  private volatile Instant toldAt = Instant.MIN;

  /**
   * @param node the instance id
   * @param launchedAt when EC2 launched the instance, if it knows
   * @param parallelism photos the node works on at once
   * @param leader where the reports go
   * @param boot what is told of the boot when the node has booted and when it is ready
   * @param requests what this process counts; each report takes what the one before has not told
   */
  public NodeReports(
      String node,
      Optional<Instant> launchedAt,
      int parallelism,
      LeaderQueue leader,
      InstantSource clock,
      BootTimes boot,
      BilledRequests requests) {
    this.node = node;
    this.launchedAt = launchedAt;
    this.parallelism = parallelism;
    this.leader = leader;
    this.requests = requests;
    this.clock = clock;
    this.boot = boot;
  }

  /** Of a node of whose boot nothing is known, and that counts no requests. */
  public NodeReports(
      String node,
      Optional<Instant> launchedAt,
      int parallelism,
      LeaderQueue leader,
      InstantSource clock) {
    this(node, launchedAt, parallelism, leader, clock, new BootTimes(), new BilledRequests());
  }

  /** The instance id. */
  public String node() {
    return node;
  }

  /** When EC2 launched the instance, if it is known. */
  Optional<Instant> launchedAt() {
    return launchedAt;
  }

  /** The process runs; the model is not loaded yet. */
  public CompletionStage<Done> booted() {
    return send(NodeReport.State.BOOTED, "");
  }

  /** The node cannot do its work. */
  public CompletionStage<Done> failed(String why) {
    return send(NodeReport.State.FAILED, why);
  }

  CompletionStage<Done> ready() {
    return send(NodeReport.State.READY, "");
  }

  /**
   * The node works on, and what it counted; of no effect if it has told the leader something within
   * the interval. What could not be sent, or perhaps to another web node only, is told again.
   */
  CompletionStage<Done> working(Duration interval) {
    return toldAt.isAfter(clock.instant().minus(interval))
        ? CompletableFuture.completedFuture(Done.getInstance())
        : send(NodeReport.State.WORKING, "");
  }

  /** The node leaves; if it ever received, it finishes or gives back what it holds. */
  public CompletionStage<Done> draining(String why) {
    return send(NodeReport.State.DRAINING, why);
  }

  /**
   * Whether nodes that are launched now install another release, as the latest report has shown.
   */
  boolean isOutdated() {
    return leader.isOutdated();
  }

  /** Whether something was counted that no report has told. */
  boolean haveMoreToTell() {
    return !events.isEmpty() || !requests.isEmpty();
  }

  /** Where the node counts what the next report will tell. */
  Events events() {
    return events;
  }

  private CompletionStage<Done> send(NodeReport.State state, String reason) {
    Map<NodeEvent, Long> counted = events.take();
    Map<BilledRequest, Long> billed = requests.take();
    Instant now = clock.instant();
    Duration sinceLaunch =
        launchedAt
            .filter(now::isAfter)
            .map(launched -> Duration.between(launched, now))
            .orElse(Duration.ZERO);
    Map<BootStage, Duration> stages =
        state == NodeReport.State.BOOTED || state == NodeReport.State.READY
            ? boot.taken(launchedAt)
            : Map.of();
    WireMessage report =
        Codec.encode(
            new NodeReport(
                node, state, reason, now, sinceLaunch, parallelism, counted, stages, billed));
    return leader
        .find()
        .thenCompose(
            found -> found.queue().send(report).thenApply(done -> found.certain() ? now : toldAt))
        .toCompletableFuture()
        .orTimeout(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
        .thenApply(
            told -> {
              toldAt = told;
              return Done.getInstance();
            })
        .exceptionally(
            failure -> {
              LOG.warn("could not report {}: {}", state, failure.toString());
              events.putBack(counted);
              requests.add(billed);
              return Done.getInstance();
            });
  }
}
