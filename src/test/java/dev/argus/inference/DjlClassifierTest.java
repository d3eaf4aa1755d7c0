package dev.argus.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.argus.image.TestPhotos;
import dev.argus.ports.Classifier.Classification;
import dev.argus.ports.OverloadException;
import dev.argus.protocol.PhotoException;
import dev.argus.protocol.Prediction;
import dev.argus.protocol.Problem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DjlClassifierTest {
  private DjlClassifier classifier;

  @BeforeAll
  void load() {
    classifier = DjlClassifier.load(TestModels.builtin(2), TestModels.LIMITS);
  }

  @AfterAll
  void close() {
    classifier.close();
  }

  @Test
  void namesItsModelAndItsParallelism() {
    assertThat(classifier.model()).isEqualTo("efficientnet-lite0");
    assertThat(classifier.parallelism()).isEqualTo(2);
  }

  @Test
  void givesTheBestLabelsWithProbabilitiesAndTimes() {
    Classification cat = classify(classifier, TestPhotos.bytes("cat.jpg")).join();

    assertThat(cat.predictions()).hasSize(5);
    assertThat(cat.predictions().get(0).label()).isEqualTo("tabby");
    List<Double> probabilities = cat.predictions().stream().map(Prediction::probability).toList();
    assertThat(probabilities).isSortedAccordingTo((a, b) -> Double.compare(b, a));
    assertThat(probabilities.stream().mapToDouble(it -> it).sum()).isBetween(0.5, 1.0);
    assertThat(cat.decode()).isPositive();
    assertThat(cat.inference()).isPositive();
  }

  @Test
  void manyPhotosAtOnceEachGetTheirOwnAnswer() {
    Map<String, Classification> alone = new HashMap<>();
    List<String> names = List.copyOf(TestPhotos.rightLabels().keySet());
    names.forEach(it -> alone.put(it, classify(classifier, TestPhotos.bytes(it)).join()));

    List<CompletableFuture<Classification>> together =
        IntStream.range(0, 6 * names.size())
            .mapToObj(i -> classify(classifier, TestPhotos.bytes(names.get(i % names.size()))))
            .toList();

    for (int i = 0; i < together.size(); i++) {
      Classification expected = alone.get(names.get(i % names.size()));
      Classification found = together.get(i).join();
      assertThat(found.predictions()).hasSameSizeAs(expected.predictions());
      for (int k = 0; k < expected.predictions().size(); k++) {
        Prediction prediction = expected.predictions().get(k);
        assertThat(found.predictions().get(k).label()).isEqualTo(prediction.label());
        assertThat(found.predictions().get(k).probability())
            .isCloseTo(prediction.probability(), within(1e-6));
      }
    }
  }

  @Test
  void aBadPhotoFailsAndTheNextIsRecognised() {
    byte[] photo = TestPhotos.bytes("pizza.jpg");
    var cut = classify(classifier, Arrays.copyOf(photo, photo.length / 2));
    var text =
        classify(classifier, "not a photo".getBytes(java.nio.charset.StandardCharsets.UTF_8));
    var good = classify(classifier, photo);

    assertThat(problemOf(cut).is(Problem.Kind.UNDECODABLE)).isTrue();
    assertThat(problemOf(text).is(Problem.Kind.UNSUPPORTED_TYPE)).isTrue();
    assertThat(good.join().predictions().get(0).label()).isEqualTo("pizza");
  }

  @Test
  void aPhotoInPiecesIsRecognisedToo() {
    ByteString whole = ByteString.fromArray(TestPhotos.bytes("pizza.jpg"));
    ByteString pieces = whole.take(1000).concat(whole.drop(1000));

    assertThat(
            classifier.classify(pieces).toCompletableFuture().join().predictions().get(0).label())
        .isEqualTo("pizza");
  }

  @Test
  void recognisesAPictureOfItsOwn() {
    assertThat(classifier.selfTest().toCompletableFuture().join()).isNotNull();
  }

  @Test
  void refusesWhatWouldWaitBeyondTheBound() {
    byte[] photo = TestPhotos.bytes("cat-large.jpg");
    try (DjlClassifier single = DjlClassifier.load(TestModels.builtin(1), TestModels.LIMITS)) {
      List<CompletableFuture<Classification>> all = new ArrayList<>();
      CompletableFuture<Classification> last;
      do { // a busy machine may recognise some meanwhile
        last = classify(single, photo);
        all.add(last);
        assertThat(all.stream().filter(one -> !one.isDone()).count())
            .isLessThanOrEqualTo(DjlClassifier.MAX_WAITING_PER_THREAD + 1);
      } while (!last.isCompletedExceptionally()
          && all.size() < 100 * DjlClassifier.MAX_WAITING_PER_THREAD);

      assertThat(last)
          .isCompletedExceptionally()
          .failsWithin(Duration.ZERO)
          .withThrowableOfType(java.util.concurrent.ExecutionException.class)
          .withCauseInstanceOf(OverloadException.class);
      assertThat(all.get(0).join().predictions().get(0).label()).isEqualTo("tabby");
    }
  }

  @Test
  void closingFailsWhatWaitsAndWhatComesLater() {
    byte[] photo = TestPhotos.bytes("cat-large.jpg");
    DjlClassifier single = DjlClassifier.load(TestModels.builtin(1), TestModels.LIMITS);
    List<CompletableFuture<Classification>> waiting =
        IntStream.range(0, 40).mapToObj(i -> classify(single, photo)).toList();

    single.close();

    assertThat(waiting).allMatch(CompletableFuture::isDone);
    assertThat(waiting.get(39)).isCompletedExceptionally();
    assertThatThrownBy(() -> classify(single, photo).join())
        .hasCauseInstanceOf(IllegalStateException.class);
  }

  @Test
  void nothingIsToldToAnybody() {
    assertThat(System.getProperty("ai.djl.offline")).isEqualTo("true");
    assertThat(System.getProperty("OPT_OUT_TRACKING")).isEqualTo("true");
  }

  private static CompletableFuture<Classification> classify(
      DjlClassifier classifier, byte[] photo) {
    return classifier.classify(ByteString.fromArray(photo)).toCompletableFuture();
  }

  private static Problem problemOf(CompletableFuture<Classification> failed) {
    try {
      throw new AssertionError("expected a problem, found " + failed.join());
    } catch (CompletionException e) {
      return ((PhotoException) e.getCause()).problem();
    }
  }
}
