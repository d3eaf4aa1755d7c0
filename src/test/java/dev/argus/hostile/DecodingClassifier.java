package dev.argus.hostile;

import dev.argus.config.ArgusSettings;
import dev.argus.image.InputFormat;
import dev.argus.image.PhotoDecoder;
import dev.argus.ports.Classifier;
import dev.argus.protocol.Prediction;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.pekko.Done;
import org.apache.pekko.util.ByteString;

/**
 * Decodes photos as an app node does, and has no network to look at them: whatever the bytes were,
 * it would see an array of 150,528 floats of the usual range.
 */
final class DecodingClassifier implements Classifier {
  private static final int THREADS = 2;

  private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);
  private final ThreadLocal<PhotoDecoder> decoders;

  DecodingClassifier(ArgusSettings settings) {
    InputFormat format =
        new InputFormat(
            settings.model().inputSize(), settings.model().mean(), settings.model().scale());
    this.decoders = ThreadLocal.withInitial(() -> new PhotoDecoder(settings.image(), format));
  }

  @Override
  public CompletionStage<Classification> classify(ByteString photo) {
    return CompletableFuture.supplyAsync(
        () -> {
          decoders.get().decode(photo.toArrayUnsafe());
          return new Classification(
              List.of(new Prediction("decoded", 1)), Duration.ZERO, Duration.ZERO);
        },
        threads);
  }

  @Override
  public CompletionStage<Done> selfTest() {
    return CompletableFuture.completedFuture(Done.getInstance());
  }

  @Override
  public String model() {
    return "none";
  }

  @Override
  public int parallelism() {
    return THREADS;
  }

  @Override
  public void close() {
    threads.shutdown();
  }
}
