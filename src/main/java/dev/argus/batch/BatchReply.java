package dev.argus.batch;

import dev.argus.batch.BatchView.Counts;
import dev.argus.protocol.PhotoId;
import dev.argus.protocol.Problem;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;

/** What a batch says to a {@link BatchQuestion}. */
public sealed interface BatchReply {
  record Shown(BatchView view) implements BatchReply {}

  /**
   * @param photos in the order of completion; none if nothing happened for a while
   * @param end when there is nothing more to tell
   */
  record Events(List<BatchPhoto> photos, Optional<Counts> end) implements BatchReply {}

  /**
   * Whoever asked enters and settles these photos, and then says that all are received.
   *
   * @param failed photos under whose ids the bytes lie in the input bucket, if they still do
   */
  record Again(BatchView view, List<Failed> failed, ActorRef<Batch.Command> batch)
      implements BatchReply {}

  /** A photo that may be asked for again. */
  record Failed(int index, String name, PhotoId bytes) {}

  /** There is no such batch, or it cannot be asked, or not for that. */
  record Refused(Problem problem) implements BatchReply {}

  static BatchReply unavailable(String detail) {
    return new Refused(Problem.Kind.UNAVAILABLE.because(detail));
  }
}
