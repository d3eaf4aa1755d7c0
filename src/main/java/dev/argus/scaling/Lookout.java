package dev.argus.scaling;

import dev.argus.ports.Completions;
import dev.argus.ports.Fleet;
import dev.argus.ports.MessageQueue;
import dev.argus.ports.QueueCounts;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Reads what a decision rests on: the queue, the fleet, and the first time also what an earlier run
 * of the controller has noted of its launches.
 */
final class Lookout {
  /**
   * What one look found.
   *
   * @param startedAt when it began: what EC2 shows may be as old
   * @param notes empty after the first look that worked
   */
  record Sight(
      Instant startedAt, QueueCounts counts, List<Fleet.Node> nodes, List<LaunchNotes.Note> notes) {
    Sight {
      nodes = List.copyOf(nodes);
      notes = List.copyOf(notes);
    }
  }

  private final MessageQueue requests;
  private final Fleet fleet;
  private final LaunchNotes launchNotes;

  Lookout(MessageQueue requests, Fleet fleet, LaunchNotes launchNotes) {
    this.requests = requests;
    this.fleet = fleet;
    this.launchNotes = launchNotes;
  }

  /** Fails if anything cannot be read. */
  CompletionStage<Sight> look(Instant now, boolean notesToo) {
    CompletionStage<QueueCounts> counting = Completions.attempt(requests::counts);
    CompletionStage<List<Fleet.Node>> describing = Completions.attempt(fleet::nodes);
    CompletionStage<List<LaunchNotes.Note>> remembering =
        notesToo
            ? Completions.attempt(launchNotes::read)
            : CompletableFuture.completedFuture(List.of());
    return counting.thenCompose(
        counts ->
            describing.thenCombine(
                remembering, (nodes, notes) -> new Sight(now, counts, nodes, notes)));
  }
}
