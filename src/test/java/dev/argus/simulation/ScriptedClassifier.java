package dev.argus.simulation;

import dev.argus.ports.Classifier;
import dev.argus.protocol.Prediction;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.apache.pekko.Done;
import org.apache.pekko.util.ByteString;

/** A classifier that sees what the test tells it to see. */
public final class ScriptedClassifier implements Classifier {
  /** What the script is asked for in a self-test. */
  public static final ByteString OWN_PICTURE = ByteString.fromString("its own picture");

  private final Function<ByteString, CompletionStage<Classification>> script;

  public ScriptedClassifier(Function<ByteString, CompletionStage<Classification>> script) {
    this.script = script;
  }

  /** Names each photo by its own bytes as text. */
  public static ScriptedClassifier reading() {
    return new ScriptedClassifier(
        photo -> CompletableFuture.completedFuture(seen(photo.utf8String())));
  }

  public static Classification seen(String label) {
    return new Classification(
        List.of(new Prediction(label, 0.9), new Prediction("other", 0.1)),
        Duration.ofMillis(3),
        Duration.ofMillis(5));
  }

  @Override
  public CompletionStage<Classification> classify(ByteString photo) {
    return script.apply(photo);
  }

  /** Whatever the script makes of {@link #OWN_PICTURE}. */
  @Override
  public CompletionStage<Done> selfTest() {
    return script.apply(OWN_PICTURE).thenApply(seen -> Done.getInstance());
  }

  @Override
  public String model() {
    return "scripted";
  }

  @Override
  public int parallelism() {
    return 2;
  }

  @Override
  public void close() {}
}
