package dev.argus.client;

import dev.argus.protocol.PhotoId;
import dev.argus.protocol.Prediction;
import dev.argus.protocol.Problem;
import java.util.List;
import java.util.Optional;

/** What became of one photo: every photo that is sent has exactly one. */
public sealed interface Result {
  /** The photo as it was sent, the very object. */
  Photo photo();

  /** What it took. */
  Effort effort();

  /**
   * Argus recognised what is in it.
   *
   * @param name its name as Argus has it
   * @param label the best guess
   * @param probability of the label, 0 to 1
   * @param predictions the guesses that were asked for, best first; may be empty if all are below
   *     {@link ClientSettings#minProbability()}
   * @param model the network that answered, and its version
   */
  record Recognised(
      Photo photo,
      PhotoId id,
      String name,
      String label,
      double probability,
      List<Prediction> predictions,
      String model,
      Effort effort)
      implements Result {
    public Recognised {
      predictions = List.copyOf(predictions);
    }
  }

  /**
   * Argus says that it cannot or will not recognise the photo; sending it again would not help.
   *
   * @param id of the photo if it was accepted; empty if it was refused
   * @param name its name as Argus has it; empty if it was refused
   */
  record Failed(
      Photo photo, Problem problem, Optional<PhotoId> id, Optional<String> name, Effort effort)
      implements Result {}

  /**
   * There is no answer, and the client tries no more. The photo may have been accepted: sending it
   * again with the same {@link Photo#key()} makes no second job.
   *
   * @param why in words, the last trouble included
   */
  record GaveUp(Photo photo, String why, Effort effort) implements Result {}
}
