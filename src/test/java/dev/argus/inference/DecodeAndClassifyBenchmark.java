package dev.argus.inference;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.argus.image.TestPhotos;
import dev.argus.image.UnpackedFiles;
import dev.argus.image.Variants;
import dev.argus.ports.Classifier.Classification;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.util.ByteString;
import org.opencv.core.Mat;
import org.opencv.core.MatOfByte;
import org.opencv.core.Rect;
import org.opencv.core.Size;
import org.opencv.imgcodecs.Imgcodecs;
import org.opencv.imgproc.Imgproc;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What the classifier costs beyond a bare loop of OpenCV and ONNX Runtime, for a JPEG of 500 × 375
 * on one thread. How to run it: {@code docs/benchmarks.md}.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(2)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class DecodeAndClassifyBenchmark {
  private static final int SIZE = 224;
  private static final int PLANE = SIZE * SIZE;

  private byte[] photo;
  private ByteString photoAsSent;
  private DjlClassifier classifier;

  private OrtEnvironment environment;
  private OrtSession session;
  private FloatBuffer tensor;

  @Setup
  public void open() throws OrtException {
    classifier = DjlClassifier.load(TestModels.builtin(1), TestModels.LIMITS);
    Mat picture = Variants.cropped(Variants.picture(TestPhotos.bytes("cat.jpg")), 4.0 / 3);
    photo = Variants.encoded(Variants.resized(picture, 500), "jpg");
    photoAsSent = ByteString.fromArray(photo);

    environment = OrtEnvironment.getEnvironment();
    OrtSession.SessionOptions options = new OrtSession.SessionOptions();
    options.setIntraOpNumThreads(1);
    options.setInterOpNumThreads(1);
    var files = ModelFiles.find(TestModels.builtin(1), UnpackedFiles.ofThisUser());
    session = environment.createSession(files.onnx().toString(), options);
    tensor =
        ByteBuffer.allocateDirect(3 * PLANE * Float.BYTES)
            .order(ByteOrder.nativeOrder())
            .asFloatBuffer();
  }

  @TearDown
  public void close() throws OrtException {
    session.close();
    classifier.close();
  }

  /** All of it: header, checks, decoding, the hand-over to the thread, labels and probabilities. */
  @Benchmark
  public Classification classifier() {
    return classifier.classify(photoAsSent).toCompletableFuture().join();
  }

  /** The least that gives a class: no checks, no limits, no orientation, no labels. */
  @Benchmark
  public int bareLoop() throws OrtException {
    MatOfByte bytes = new MatOfByte(photo);
    Mat picture = Imgcodecs.imdecode(bytes, Imgcodecs.IMREAD_COLOR);
    int side = Math.min(picture.cols(), picture.rows());
    Rect centre = new Rect((picture.cols() - side) / 2, (picture.rows() - side) / 2, side, side);
    Mat square = new Mat();
    Imgproc.resize(picture.submat(centre), square, new Size(SIZE, SIZE), 0, 0, Imgproc.INTER_AREA);
    byte[] pixels = new byte[3 * PLANE];
    square.get(0, 0, pixels);
    for (int i = 0; i < PLANE; i++) {
      for (int channel = 0; channel < 3; channel++) {
        int value = pixels[3 * i + channel] & 0xFF;
        tensor.put((2 - channel) * PLANE + i, (value - 127) / 128f);
      }
    }
    bytes.release();
    picture.release();
    square.release();
    try (OnnxTensor input =
            OnnxTensor.createTensor(environment, tensor, new long[] {1, 3, SIZE, SIZE});
        OrtSession.Result result = session.run(Map.of("image", input))) {
      float[] logits = ((float[][]) result.get(0).getValue())[0];
      int best = 0;
      for (int i = 1; i < logits.length; i++) {
        best = logits[i] > logits[best] ? i : best;
      }
      return best;
    }
  }
}
