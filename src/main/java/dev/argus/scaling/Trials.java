package dev.argus.scaling;

import dev.argus.ports.Fleet;
import dev.argus.protocol.NodeEvent;
import dev.argus.protocol.NodeReport;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The nodes that this controller launched and that have not served yet: a launch has succeeded when
 * its node answers a photo, or says that it has, for most answers may go to other web nodes. It has
 * not when EC2 accepts it, and not when the node says that it is ready, for one that breaks at its
 * first photo says so too.
 *
 * <p>A trial ends without a verdict when its node leaves in order. It ends badly when the node says
 * that it failed, or is gone without a word: killed in its boot, say, or by its first photo. A node
 * that EC2 has never shown is not judged here, since it counts as a launch under way until it must
 * have been shown.
 *
 * <p>Not thread-safe.
 */
final class Trials {
  /** A launch that did not serve. */
  record Failed(Instant launchedAt, String what) {}

  private record Trial(Instant launchedAt, boolean shown, boolean ready) {}

  private final Map<String, Trial> open = new HashMap<>();

  /** EC2 has accepted the launch; by this clock, for EC2's may differ and knows only seconds. */
  void launched(String node, Instant now) {
    open.put(node, new Trial(now, false, false));
  }

  /** The node has answered a photo; says when it was launched, if that decides its trial. */
  Optional<Instant> answered(String node) {
    return Optional.ofNullable(open.remove(node)).map(Trial::launchedAt);
  }

  /** The node has said what it counted; says when it was launched, if that decides its trial. */
  Optional<Instant> counted(NodeReport report) {
    boolean served =
        report.state() != NodeReport.State.FAILED
            && report.events().getOrDefault(NodeEvent.SERVED, 0L) > 0;
    return served ? answered(report.node()) : Optional.empty();
  }

  /** The node has said what it has reached; of one that failed, says so whatever it did before. */
  Optional<Failed> reported(NodeReport report) {
    return switch (report.state()) {
      case BOOTED, WORKING -> Optional.empty();
      case READY -> {
        open.computeIfPresent(
            report.node(), (id, trial) -> new Trial(trial.launchedAt(), trial.shown(), true));
        yield Optional.empty();
      }
      case DRAINING -> {
        open.remove(report.node());
        yield Optional.empty();
      }
      case FAILED -> {
        Trial trial = open.remove(report.node());
        Instant launchedAt =
            trial == null ? report.at().minus(report.sinceLaunch()) : trial.launchedAt();
        yield Optional.of(
            new Failed(launchedAt, "node " + report.node() + " failed: " + report.reason()));
      }
    };
  }

  /** Whether this controller launched the node and it has not served, as far as is known. */
  boolean isOpen(String node) {
    return open.containsKey(node);
  }

  /** The controller itself ends the node. */
  void ended(String node) {
    open.remove(node);
  }

  /** Judges by what EC2 shows: those that were there and are gone have failed. */
  List<Failed> settle(List<Fleet.Node> nodes) {
    Map<String, Fleet.State> states = new HashMap<>();
    nodes.forEach(node -> states.put(node.id(), node.state()));
    List<Failed> failed = new ArrayList<>();
    for (var entries = open.entrySet().iterator(); entries.hasNext(); ) {
      var entry = entries.next();
      Trial trial = entry.getValue();
      Fleet.State state = states.get(entry.getKey());
      if (state != null && state != Fleet.State.SHUTTING_DOWN) {
        entry.setValue(new Trial(trial.launchedAt(), true, trial.ready()));
      } else if (trial.shown() || state != null) {
        entries.remove();
        failed.add(
            new Failed(
                trial.launchedAt(),
                "node "
                    + entry.getKey()
                    + " was gone before it "
                    + (trial.ready() ? "had answered a photo" : "was ready")));
      }
    }
    return failed;
  }

  /** Forgets the launches before {@code time} that EC2 has never shown. */
  void forgetUnseen(Instant time) {
    open.values().removeIf(trial -> !trial.shown() && trial.launchedAt().isBefore(time));
  }
}
