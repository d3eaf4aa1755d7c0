package dev.argus.inference;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.translate.NoBatchifyTranslator;
import ai.djl.translate.TranslatorContext;
import dev.argus.image.InputFormat;
import java.nio.FloatBuffer;

/** Hands a ready tensor to the network, uncopied, and takes its logits. */
final class LogitsTranslator implements NoBatchifyTranslator<FloatBuffer, float[]> {
  private final Shape shape;

  LogitsTranslator(int inputSize) {
    shape = new Shape(1, InputFormat.CHANNELS, inputSize, inputSize);
  }

  @Override
  public NDList processInput(TranslatorContext context, FloatBuffer tensor) {
    return new NDList(context.getNDManager().create(tensor, shape, DataType.FLOAT32));
  }

  @Override
  public float[] processOutput(TranslatorContext context, NDList output) {
    return output.singletonOrThrow().toFloatArray();
  }
}
