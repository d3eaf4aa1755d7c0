package dev.argus.ports;

import dev.argus.protocol.Prediction;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.apache.pekko.util.ByteString;

/**
 * Recognises photos.
 *
 * <p>Safe for use by many threads; works on {@link #parallelism} photos at once, each on a thread
 * of its own, and lets further ones wait in the order of their coming. Callers bound how many.
 */
public interface Classifier extends AutoCloseable {
  /**
   * What the network sees in a photo.
   *
   * @param predictions best first
   * @param decode time from bytes to the network's input
   * @param inference time in the network
   */
  record Classification(List<Prediction> predictions, Duration decode, Duration inference) {
    public Classification {
      predictions = List.copyOf(predictions);
    }
  }

  /**
   * Recognises one photo: the bytes of an image file.
   *
   * <p>Fails with {@link dev.argus.protocol.PhotoException} if the photo can never be recognised,
   * with {@link NodeUnfitException} or an {@link Error} if no photo can be on this node, and with
   * anything else if it may be recognised another time.
   */
  CompletionStage<Classification> classify(ByteString photo);

  /**
   * Recognises a picture of its own, which always can be.
   *
   * <p>Tells a photo that cannot be recognised from a node that can recognise none: fails, with
   * whatever is wrong, if it is the node.
   */
  CompletionStage<Done> selfTest();

  /** The name and version of the network, as results name it. */
  String model();

  /** How many photos are worked on at once. */
  int parallelism();

  @Override
  void close();
}
