package dev.argus.batch;

import dev.argus.batch.Manifest.Entry;
import dev.argus.protocol.ClassifyReply;
import dev.argus.protocol.PhotoId;
import dev.argus.protocol.Problem;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;

/** What a batch is told by whoever sends its photos. */
public sealed interface BatchFeed extends Batch.Command {
  /** A photo is about to be stored; it must not be before {@link Entered} says so. */
  record Enter(
      int index, String name, PhotoId id, Optional<PhotoId> bytes, ActorRef<Entered> replyTo)
      implements BatchFeed {
    Entry entry() {
      return new Entry(index, name, Optional.of(id), bytes, Optional.empty());
    }
  }

  /**
   * The reply to {@link Enter}.
   *
   * @param refused why the photo may not be stored
   */
  record Entered(Optional<Problem> refused) {}

  /**
   * What became of a photo; neither if it is accepted, or may be, and nobody waits for its answer.
   */
  record Settled(int index, String name, Optional<ClassifyReply> reply, Optional<Problem> refused)
      implements BatchFeed {}

  /** No more photos come. */
  enum Received implements BatchFeed {
    INSTANCE
  }
}
