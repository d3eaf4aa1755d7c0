package dev.argus.scaling;

import dev.argus.ports.Completions;
import dev.argus.ports.Fleet;
import dev.argus.ports.MessageQueue;
import dev.argus.ports.QueueCounts;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** Reads what a decision rests on: the queue and the fleet. */
final class Lookout {
  /**
   * What one look found.
   *
   * @param startedAt when it began: what EC2 shows may be as old
   */
  record Sight(Instant startedAt, QueueCounts counts, List<Fleet.Node> nodes) {
    Sight {
      nodes = List.copyOf(nodes);
    }
  }

  private final MessageQueue requests;
  private final Fleet fleet;

  Lookout(MessageQueue requests, Fleet fleet) {
    this.requests = requests;
    this.fleet = fleet;
  }

  /** Fails if anything cannot be read. */
  CompletionStage<Sight> look(Instant now) {
    CompletionStage<QueueCounts> counting = Completions.attempt(requests::counts);
    CompletionStage<List<Fleet.Node>> describing = Completions.attempt(fleet::nodes);
    return counting.thenCombine(describing, (counts, nodes) -> new Sight(now, counts, nodes));
  }
}
