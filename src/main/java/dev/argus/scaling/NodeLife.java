package dev.argus.scaling;

import static java.time.temporal.ChronoUnit.MILLIS;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.argus.ports.Fleet;
import dev.argus.protocol.Answer;
import dev.argus.protocol.BootStage;
import dev.argus.protocol.NodeEvent;
import dev.argus.protocol.NodeReport;
import dev.argus.protocol.ResponseMessage;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * One app node from the request for it to its end: what it is, and when it reached each station.
 *
 * <p>What happened before this web node began to look is not known, and left out. Instants are by
 * this web node's clock, but for those that EC2 and the node itself tell. Not thread-safe.
 */
final class NodeLife {
  /** Where a node is in its life. */
  enum State {
    /** Asked for; EC2 does not run it yet. */
    LAUNCHING,
    /** The machine runs, and takes no photos yet. */
    BOOTING,
    READY,
    /** It takes no photos any more. */
    DRAINING,
    /** EC2 does not show it any more. */
    GONE
  }

  private Fleet.Node node;
  private final Instant requestedAt;
  private boolean fromTheBeginning;
  private boolean shown;
  private boolean ready;
  private Instant runningAt;
  private Instant readyAt;
  private Instant firstPhotoAt;
  private Instant leavingAt;
  private Instant goneAt;
  private Map<BootStage, Duration> boot = Map.of();

  private NodeLife(Fleet.Node node, Instant requestedAt) {
    this.node = node;
    this.requestedAt = requestedAt;
  }

  /** EC2 was called for it at that time, and has accepted it. */
  static NodeLife requested(Fleet.Node node, Instant at) {
    NodeLife life = new NodeLife(node, at);
    life.fromTheBeginning = true;
    return life;
  }

  /** EC2 shows it; others may have launched it. */
  static NodeLife found(Fleet.Node node) {
    NodeLife life = new NodeLife(node, node.launchedAt());
    life.fromTheBeginning = node.state() == Fleet.State.PENDING;
    return life;
  }

  Instant requestedAt() {
    return requestedAt;
  }

  boolean isGone() {
    return goneAt != null;
  }

  /** EC2 shows it so. */
  void shown(Fleet.Node now, Instant at) {
    node = now;
    shown = true;
    goneAt = null;
    if (now.state() == Fleet.State.RUNNING && runningAt == null && fromTheBeginning) {
      runningAt = at;
    } else if (now.state() == Fleet.State.SHUTTING_DOWN && leavingAt == null) {
      leavingAt = at;
    }
  }

  /** EC2 does not show it: it has ended, unless it is so new that EC2 may show it yet. */
  void missing(Instant at, Duration visibilityTimeout) {
    if (goneAt == null && (shown || requestedAt.plus(visibilityTimeout).isBefore(at))) {
      goneAt = at;
    }
  }

  /** It answered a photo, or says something of itself. */
  void heard(ResponseMessage message, Instant at) {
    if (message instanceof Answer) {
      ready = true;
      served(at);
    } else if (message instanceof NodeReport report) {
      reported(report);
    }
  }

  private void reported(NodeReport report) {
    if (!report.boot().isEmpty()) {
      boot = report.boot();
    }
    if (report.events().getOrDefault(NodeEvent.SERVED, 0L) > 0) {
      served(report.at());
    }
    switch (report.state()) {
      case BOOTED -> {
        if (runningAt == null && fromTheBeginning) {
          runningAt = report.at();
        }
      }
      case READY -> {
        ready = true;
        readyAt = report.at();
      }
      case WORKING -> ready = true;
      case DRAINING, FAILED -> leavingAt = leavingAt == null ? report.at() : leavingAt;
    }
  }

  /** Its first photo, if nothing before was missed. */
  private void served(Instant at) {
    if (firstPhotoAt == null && fromTheBeginning) {
      firstPhotoAt = at;
    }
  }

  State state() {
    if (goneAt != null) {
      return State.GONE;
    }
    if (leavingAt != null) {
      return State.DRAINING;
    }
    if (ready) {
      return State.READY;
    }
    return node.state() == Fleet.State.RUNNING ? State.BOOTING : State.LAUNCHING;
  }

  void putInto(ObjectNode json) {
    json.put("id", node.id()).put("number", node.number());
    json.put("state", state().name().toLowerCase(Locale.ROOT));
    json.put("type", node.instanceType()).put("purchase", node.purchase());
    put(json, "requestedAt", requestedAt);
    put(json, "runningAt", runningAt);
    put(json, "readyAt", readyAt);
    put(json, "firstPhotoAt", firstPhotoAt);
    put(json, "leavingAt", leavingAt);
    put(json, "goneAt", goneAt);
    if (!boot.isEmpty()) {
      ObjectNode stages = json.putObject("bootMs");
      new TreeMap<>(boot).forEach((stage, took) -> stages.put(stage.label(), took.toMillis()));
    }
  }

  private static void put(ObjectNode json, String name, Instant at) {
    if (at != null) {
      json.put(name, at.truncatedTo(MILLIS).toString());
    }
  }
}
