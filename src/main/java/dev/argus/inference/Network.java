package dev.argus.inference;

import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.engine.EngineException;
import ai.djl.inference.Predictor;
import dev.argus.image.UnpackedFiles;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Map;

/** A loaded ONNX network: its weights, which all predictors share. */
final class Network implements AutoCloseable {
  private final Model model;
  private final int inputSize;

  private Network(Model model, int inputSize) {
    this.model = model;
    this.inputSize = inputSize;
  }

  /**
   * Loads a network that takes one NCHW picture of the given side, which shows at its first use.
   *
   * @throws ModelException if the file is no ONNX network
   */
  static Network load(ModelFiles files, int inputSize, UnpackedFiles unpacked) {
    Model model = OfflineEngine.newModel(files.name(), unpacked);
    try {
      Path file = files.onnx().toAbsolutePath();
      // One thread of its own for each predictor, which is the thread that calls it.
      model.load(
          file.getParent(),
          file.getFileName().toString(),
          Map.of("intraOpNumThreads", "1", "interOpNumThreads", "1"));
      return new Network(model, inputSize);
    } catch (IOException | MalformedModelException | EngineException e) {
      model.close();
      throw new ModelException(files.onnx() + ": expected an ONNX classifier, found " + e, e);
    }
  }

  /** A predictor for one thread. */
  Predictor<FloatBuffer, float[]> newPredictor() {
    return model.newPredictor(new LogitsTranslator(inputSize));
  }

  @Override
  public void close() {
    model.close();
  }
}
