package dev.argus.worker;

import dev.argus.ports.Fleet;
import dev.argus.ports.QueueCounts;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * What a node knows when it asks itself whether it is needed.
 *
 * @param self the node's own instance id
 * @param counts the request queue's counts; empty if not asked for, or if asking failed
 * @param fleet all nodes as EC2 shows them; empty if not asked for, or if asking failed
 * @param busyShare the node's {@link BusyShare}
 * @param warm how many nodes are worth keeping without work; empty if that was not asked for, is
 *     not known, or is old
 * @param launchedAt when the node was launched, from when it is paid for
 * @param outdated whether nodes that are launched now install another release than this one has
 */
public record Situation(
    Instant now,
    String self,
    ReceiveStatus receiving,
    Optional<QueueCounts> counts,
    Optional<List<Fleet.Node>> fleet,
    OptionalDouble busyShare,
    OptionalInt warm,
    Instant launchedAt,
    boolean outdated) {

  public Situation {
    fleet = fleet.map(List::copyOf);
  }

  /** All of it in one line for a person to read. */
  String describe() {
    return "node "
        + self
        + ", last successful receive "
        + receiving.lastSuccess()
        + ", empty receives in a row "
        + receiving.emptyReceivesInARow()
        + ", held "
        + receiving.held()
        + ", queue "
        + counts.map(QueueCounts::toString).orElse("not asked")
        + ", busy "
        + (busyShare.isPresent() ? busyShare.getAsDouble() : "unknown")
        + ", fleet "
        + fleet.map(List::toString).orElse("not asked")
        + ", worth keeping "
        + (warm.isPresent() ? warm.getAsInt() : "unknown")
        + (outdated ? ", another release is installed now" : "");
  }
}
