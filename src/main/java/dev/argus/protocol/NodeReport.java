package dev.argus.protocol;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/**
 * What an app node says of itself, so that the web tier knows boot times, why nodes leave, and what
 * they counted.
 *
 * @param node the instance id
 * @param state what the node has reached
 * @param reason why, in words, for {@link State#DRAINING} and {@link State#FAILED}; else empty
 * @param at when
 * @param sinceLaunch time since EC2 accepted the launch; zero where that is unknown
 * @param parallelism photos the node works on at once
 * @param events what was counted since the report before; those that are absent are zero
 * @param boot how long each stage of the boot took, for {@link State#BOOTED} so far and for {@link
 *     State#READY} all; those that are absent are not known
 * @param billed the requests that AWS bills for, counted like the events
 */
public record NodeReport(
    String node,
    State state,
    String reason,
    Instant at,
    Duration sinceLaunch,
    int parallelism,
    Map<NodeEvent, Long> events,
    Map<BootStage, Duration> boot,
    Map<BilledRequest, Long> billed)
    implements ResponseMessage {

  public NodeReport {
    events = Map.copyOf(events);
    boot = Map.copyOf(boot);
    billed = Map.copyOf(billed);
  }

  /** A report without times of the boot and without requests. */
  public NodeReport(
      String node,
      State state,
      String reason,
      Instant at,
      Duration sinceLaunch,
      int parallelism,
      Map<NodeEvent, Long> events) {
    this(node, state, reason, at, sinceLaunch, parallelism, events, Map.of(), Map.of());
  }

  /** A report with nothing counted. */
  public NodeReport(
      String node, State state, String reason, Instant at, Duration sinceLaunch, int parallelism) {
    this(node, state, reason, at, sinceLaunch, parallelism, Map.of());
  }

  /** The stations of a node's life. */
  public enum State {
    /** The process runs; the model is not loaded yet. */
    BOOTED,
    /** The model is loaded and the node receives. */
    READY,
    /** The node receives, as it did before; said again and again. */
    WORKING,
    /** The node receives no more, finishes or gives back what it holds, and leaves. */
    DRAINING,
    /** The node cannot do its work; if it ever received, it gives back what it holds and leaves. */
    FAILED
  }
}
