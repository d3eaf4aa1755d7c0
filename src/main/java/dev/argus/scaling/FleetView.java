package dev.argus.scaling;

import dev.argus.ports.Fleet;
import dev.argus.protocol.NodeReport;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What the controller knows of each node beyond what EC2 says: whether it is ready.
 *
 * <p>EC2 knows only that a machine runs. Nodes say themselves when they are ready and when they
 * drain, and an answer proves that its sender is ready. Stages only go forward, for SQS delivers in
 * no order: a READY that comes after DRAINING is old news, and a draining node still answers.
 *
 * <p>A controller that has just started has missed the reports of nodes that were there before. One
 * of those <em>strangers</em> counts as booting while it is pending or younger than the boot time,
 * and as ready from then on; otherwise a restart under load would launch a second fleet. But one
 * that does nothing must not be counted on for ever: a stranger that work has not made speak within
 * the boot timeout is overdue.
 *
 * <p>A node is hopeless, and should be ended, if it reports at all (EC2 shows that) and if for the
 * boot timeout it has not got ready, or has said nothing once it was: nodes that work, or could,
 * say so every {@code worker.report-interval} to the web node that leads then, whoever launched
 * them, and one that drains is gone sooner. So is one that EC2 never got running. That time runs
 * only while the controller could hear ({@link HearingTime}), and begins when it begins to lead, so
 * neither an outage nor a take-over ends a healthy node. A node that reports to nobody is never
 * ended: it decides itself when to leave.
 *
 * <p>Not thread-safe.
 */
final class FleetView {
  /**
   * Twice the largest maximum that can be set: a flood of made-up names must not fill the memory.
   */
  private static final int MAX_KNOWN = 20_000;

  /** The nodes by what they are good for; the lists of ages as {@link Observation} has them. */
  record Roster(
      int ready, List<Duration> booting, int leaving, int overdue, List<Hopeless> hopeless) {
    Roster {
      booting = List.copyOf(booting);
      hopeless = List.copyOf(hopeless);
    }
  }

  /**
   * A node that should be ended.
   *
   * @param gotReady whether it was of use once
   */
  record Hopeless(String id, boolean gotReady) {}

  private enum Stage {
    SEEN,
    LAUNCHED,
    BOOTED,
    READY,
    LEAVING
  }

  /**
   * @param gotReady whether it was ready at any time
   * @param since the hearing time when the node became known
   * @param heardAt the hearing time when it spoke last
   * @param at when it spoke last, or was shown
   */
  private record Known(
      Stage stage, boolean gotReady, Duration since, Duration heardAt, Instant at) {
    /** In hearing time. A new node must get ready in time, whatever else it says. */
    Duration silence(Duration heard) {
      return heard.minus(stage.compareTo(Stage.READY) < 0 ? since : heardAt);
    }

    Known shown(Instant now) {
      return new Known(stage, gotReady, since, heardAt, now);
    }
  }

  private enum Role {
    BOOTING,
    READY,
    LEAVING,
    OVERDUE,
    HOPELESS
  }

  private final Duration bootTimeout;
  private final Duration visibilityTimeout;
  private final Map<String, Known> known = new HashMap<>();
  private final Instant startedAt;
  private final HearingTime hearing;
  private Instant workSince = Instant.MAX;

  FleetView(Duration bootTimeout, Duration visibilityTimeout, Instant now) {
    this.bootTimeout = bootTimeout;
    this.visibilityTimeout = visibilityTimeout;
    this.startedAt = now;
    this.hearing = new HearingTime(bootTimeout, now);
  }

  /** This controller launched the node. */
  void launched(String node, Instant now) {
    advance(node, Stage.LAUNCHED, now);
  }

  /** The node answered a photo. */
  void answered(String node, Instant now) {
    advance(node, Stage.READY, now);
  }

  /** The node said what it has reached. */
  void reported(NodeReport report, Instant now) {
    Stage stage =
        switch (report.state()) {
          case BOOTED -> Stage.BOOTED;
          case READY, WORKING -> Stage.READY;
          case DRAINING, FAILED -> Stage.LEAVING;
        };
    advance(report.node(), stage, now);
  }

  /** EC2 was asked to end the node. */
  void ended(String node, Instant now) {
    advance(node, Stage.LEAVING, now);
  }

  /** A queue or EC2 could not be read: reports may be stuck as well. */
  void blind(Instant now) {
    hearing.interrupted(now);
  }

  /** Sorts the nodes that EC2 shows, and forgets those that it has not shown for long. */
  Roster roster(Instant now, List<Fleet.Node> nodes, Duration bootTime, boolean work) {
    if (!work) {
      workSince = Instant.MAX;
    } else if (workSince.equals(Instant.MAX)) {
      workSince = now;
    }
    hearing.looked(now);
    int[] counts = new int[Role.values().length];
    List<Duration> booting = new ArrayList<>();
    List<Hopeless> hopeless = new ArrayList<>();
    for (Fleet.Node node : nodes) {
      shown(node.id(), now);
      Role role = role(node, now, bootTime);
      counts[role.ordinal()]++;
      if (role == Role.BOOTING) {
        booting.add(age(node, now));
      } else if (role == Role.HOPELESS) {
        hopeless.add(new Hopeless(node.id(), known.get(node.id()).gotReady()));
      }
    }
    known.values().removeIf(entry -> entry.at().plus(visibilityTimeout).isBefore(now));
    return new Roster(
        counts[Role.READY.ordinal()],
        booting,
        counts[Role.LEAVING.ordinal()],
        counts[Role.OVERDUE.ordinal()] + counts[Role.HOPELESS.ordinal()],
        hopeless);
  }

  private Role role(Fleet.Node node, Instant now, Duration bootTime) {
    Known entry = known.getOrDefault(node.id(), unknown(now));
    Duration age = age(node, now);
    boolean running = node.state() == Fleet.State.RUNNING;
    if (node.state() == Fleet.State.SHUTTING_DOWN) {
      return Role.LEAVING;
    }
    boolean wouldSpeak =
        !node.reportsTo().isEmpty() || (!running && entry.stage().compareTo(Stage.READY) < 0);
    if (wouldSpeak
        && age.compareTo(bootTimeout) >= 0
        && entry.silence(hearing.total()).compareTo(bootTimeout) >= 0) {
      return Role.HOPELESS;
    }
    if (entry.stage() == Stage.LEAVING) {
      return Role.LEAVING;
    }
    if (entry.stage() == Stage.READY) {
      return Role.READY;
    }
    boolean stranger = entry.stage() == Stage.SEEN && node.launchedAt().isBefore(startedAt);
    if (stranger && running && age.compareTo(bootTime) >= 0) {
      boolean silent = workSince.isBefore(now.minus(bootTimeout));
      return silent ? Role.OVERDUE : Role.READY;
    }
    return age.compareTo(bootTimeout) < 0 ? Role.BOOTING : Role.OVERDUE;
  }

  private void shown(String node, Instant now) {
    Known before = known.get(node);
    if (before != null) {
      known.put(node, before.shown(now));
    } else if (known.size() < MAX_KNOWN) {
      known.put(node, unknown(now));
    }
  }

  private Known unknown(Instant now) {
    return new Known(Stage.SEEN, false, hearing.total(), hearing.total(), now);
  }

  private void advance(String node, Stage stage, Instant now) {
    Known before = known.get(node);
    if (before == null && known.size() >= MAX_KNOWN) {
      return;
    }
    boolean forward = before == null || before.stage().compareTo(stage) < 0;
    known.put(
        node,
        new Known(
            forward ? stage : before.stage(),
            stage == Stage.READY || (before != null && before.gotReady()),
            before == null ? hearing.total() : before.since(),
            hearing.total(),
            now));
  }

  private static Duration age(Fleet.Node node, Instant now) {
    Duration age = Duration.between(node.launchedAt(), now);
    return age.isNegative() ? Duration.ZERO : age;
  }
}
