package dev.argus.inference;

import ai.djl.inference.Predictor;
import ai.djl.translate.TranslateException;
import dev.argus.image.PhotoDecoder;
import dev.argus.ports.Classifier.Classification;
import java.nio.FloatBuffer;
import java.time.Duration;

/**
 * All that one thread needs to recognise photos: a decoder and a predictor of its own.
 *
 * <p>Not safe for use by several threads.
 */
final class Lane implements AutoCloseable {
  private final PhotoDecoder decoder;
  private final Predictor<FloatBuffer, float[]> predictor;
  private final Ranking ranking;

  Lane(PhotoDecoder decoder, Predictor<FloatBuffer, float[]> predictor, Ranking ranking) {
    this.decoder = decoder;
    this.predictor = predictor;
    this.ranking = ranking;
  }

  /**
   * Recognises a photo.
   *
   * @throws dev.argus.protocol.PhotoException if it can never be recognised
   * @throws TranslateException if the network fails
   */
  Classification classify(byte[] photo) throws TranslateException {
    long start = System.nanoTime();
    FloatBuffer tensor = decoder.decode(photo);
    long decoded = System.nanoTime();
    var predictions = ranking.best(predictor.predict(tensor));
    long end = System.nanoTime();
    return new Classification(
        predictions, Duration.ofNanos(decoded - start), Duration.ofNanos(end - decoded));
  }

  @Override
  public void close() {
    predictor.close();
    decoder.close();
  }
}
