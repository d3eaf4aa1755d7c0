package dev.argus.protocol;

import java.util.List;

/**
 * The answer to one photo, as the client sees it and as the output bucket keeps it.
 *
 * <p>Its JSON form is the contract of the HTTP interface; see {@link Codec}.
 */
public sealed interface ClassifyReply {
  PhotoId id();

  String name();

  /**
   * The photo was recognised.
   *
   * @param predictions best first, at least one
   * @param model the name and version of the network that answered
   */
  record Recognised(PhotoId id, String name, List<Prediction> predictions, String model)
      implements ClassifyReply {
    public Recognised {
      predictions = List.copyOf(predictions);
      if (predictions.isEmpty()) {
        throw new IllegalArgumentException("a recognised photo has at least one prediction");
      }
    }

    /** The best prediction. */
    public Prediction best() {
      return predictions.get(0);
    }
  }

  /** The photo can never be recognised, and this is why. */
  record Failed(PhotoId id, String name, Problem problem) implements ClassifyReply {}
}
