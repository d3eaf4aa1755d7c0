package dev.argus.inference;

import ai.djl.inference.Predictor;
import ai.djl.translate.TranslateException;
import dev.argus.config.ImageSettings;
import dev.argus.config.ModelSettings;
import dev.argus.image.InputFormat;
import dev.argus.image.PhotoDecoder;
import dev.argus.image.UnpackedFiles;
import dev.argus.ports.Classifier;
import dev.argus.ports.OverloadException;
import java.nio.FloatBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.apache.pekko.util.ByteString;
import org.opencv.core.CvType;
import org.opencv.core.Mat;
import org.opencv.core.MatOfByte;
import org.opencv.core.Scalar;
import org.opencv.imgcodecs.Imgcodecs;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Recognises photos with an ONNX network, on DJL and ONNX Runtime.
 *
 * <p>Each of its {@link #parallelism} threads has a decoder and a predictor of its own and uses one
 * core; the weights are shared. Batches would gain nothing on a CPU. A photo that finds {@value
 * #MAX_WAITING_PER_THREAD} others waiting for each thread fails with {@link OverloadException}, one
 * that comes after {@link #close} with {@link IllegalStateException}.
 */
public final class DjlClassifier implements Classifier {
  /** Callers bound what they ask for at once; this bound only keeps a faulty one from the heap. */
  static final int MAX_WAITING_PER_THREAD = 64;

  private static final Logger log = LoggerFactory.getLogger(DjlClassifier.class);

  private final String model;
  private final Network network;
  private final Lanes lanes;
  private final ByteString ownPicture;

  private DjlClassifier(String model, Network network, Lanes lanes, ByteString ownPicture) {
    this.model = model;
    this.network = network;
    this.lanes = lanes;
    this.ownPicture = ownPicture;
  }

  /**
   * Loads the model, starts the threads, and recognises one picture so that the first photo does
   * not wait for what happens only once.
   *
   * @throws ModelException if the model cannot be used as it is set
   */
  public static DjlClassifier load(ModelSettings settings, ImageSettings limits) {
    long start = System.nanoTime();
    UnpackedFiles unpacked = UnpackedFiles.ofThisUser();
    ModelFiles files = ModelFiles.find(settings, unpacked);
    Network network = Network.load(files, settings.inputSize(), unpacked);
    List<Lane> lanes = new ArrayList<>();
    ByteString ownPicture;
    try {
      var format = new InputFormat(settings.inputSize(), settings.mean(), settings.scale());
      var ranking = new Ranking(files.labels(), settings.topK());
      for (int i = 0; i < settings.parallelism(); i++) {
        lanes.add(new Lane(new PhotoDecoder(limits, format), network.newPredictor(), ranking));
      }
      ownPicture = greyPicture(format.size());
      warmUp(network, format, files, ownPicture);
    } catch (RuntimeException e) {
      lanes.forEach(Lane::close);
      network.close();
      throw e;
    }
    log.info(
        "The model {} is ready for {} photos at once, after {} ms",
        files.name(),
        settings.parallelism(),
        Duration.ofNanos(System.nanoTime() - start).toMillis());
    return new DjlClassifier(
        files.name(), network, new Lanes(lanes, MAX_WAITING_PER_THREAD), ownPicture);
  }

  private static ByteString greyPicture(int side) {
    Mat grey = new Mat(side, side, CvType.CV_8UC3, new Scalar(127, 127, 127));
    MatOfByte jpeg = new MatOfByte();
    try {
      Imgcodecs.imencode(".jpg", grey, jpeg);
      return ByteString.fromArrayUnsafe(jpeg.toArray());
    } finally {
      grey.release();
      jpeg.release();
    }
  }

  /** Whatever loads on first use does so now, and the output's size shows. */
  private static void warmUp(
      Network network, InputFormat format, ModelFiles files, ByteString picture) {
    ImageSettings limits = new ImageSettings((long) format.size() * format.size());
    try (PhotoDecoder decoder = new PhotoDecoder(limits, format);
        Predictor<FloatBuffer, float[]> predictor = network.newPredictor()) {
      int classes = predictor.predict(decoder.decode(picture.toArrayUnsafe())).length;
      if (classes != files.labels().size()) {
        throw new ModelException(
            "argus.model.labels: expected a label for each of %d classes of %s, found %d labels"
                .formatted(classes, files.name(), files.labels().size()));
      }
    } catch (TranslateException e) {
      throw new ModelException(
          "%s: expected a network with one input of 1 x 3 x %d x %d (argus.model.input-size) and one output, found %s"
              .formatted(files.onnx(), format.size(), format.size(), e.getMessage()),
          e);
    }
  }

  @Override
  public CompletionStage<Classification> classify(ByteString photo) {
    return lanes.classify(photo);
  }

  /** The picture of the warm-up, on the threads and in the order of the photos. */
  @Override
  public CompletionStage<Done> selfTest() {
    return lanes.classify(ownPicture).thenApply(seen -> Done.getInstance());
  }

  @Override
  public String model() {
    return model;
  }

  @Override
  public int parallelism() {
    return lanes.size();
  }

  /** Lets the photos in work finish, fails those that wait, and frees native memory. */
  @Override
  public void close() {
    if (lanes.close()) {
      network.close();
    }
  }
}
