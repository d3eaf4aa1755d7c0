package dev.argus.worker;

import dev.argus.ports.Acknowledgement;
import dev.argus.protocol.NodeEvent;
import java.util.EnumMap;
import java.util.Map;

/** Counts what happened since it was last told. Thread-safe. */
final class Events {
  private final Map<NodeEvent, Long> counts = new EnumMap<>(NodeEvent.class);

  synchronized void count(NodeEvent event) {
    counts.merge(event, 1L, Long::sum);
  }

  /** Counts what came of an acknowledgement, if it was not the ordinary end. */
  Acknowledgement acted(Acknowledgement ack) {
    if (ack instanceof Acknowledgement.Stale) {
      count(NodeEvent.STALE_RECEIPT);
    } else if (ack instanceof Acknowledgement.ChangeVisibility change
        && change.timeout().isZero()) {
      count(NodeEvent.GIVEN_BACK);
    }
    return ack;
  }

  /** What was counted since the last call; counting begins anew. */
  synchronized Map<NodeEvent, Long> take() {
    Map<NodeEvent, Long> taken = Map.copyOf(counts);
    counts.clear();
    return taken;
  }

  /** What was taken could not be told. */
  synchronized void putBack(Map<NodeEvent, Long> taken) {
    taken.forEach((event, count) -> counts.merge(event, count, Long::sum));
  }

  synchronized boolean isEmpty() {
    return counts.isEmpty();
  }
}
