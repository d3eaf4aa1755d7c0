package dev.argus.inference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.image.TestPhotos;
import dev.argus.image.Variants;
import dev.argus.ports.Classifier.Classification;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.opencv.core.Mat;

/** The right label, whatever size, format or orientation a photo comes in. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RecognitionTest {
  /** Of clearly different things, and recognised at any of the sizes tried here. */
  private static final List<String> PHOTOS =
      List.of("cat.jpg", "pizza.jpg", "shuttle.jpg", "taxis.jpg", "burger.jpg", "camera.png");

  private DjlClassifier classifier;

  @BeforeAll
  void load() {
    classifier = DjlClassifier.load(TestModels.builtin(2), TestModels.LIMITS);
  }

  @AfterAll
  void close() {
    classifier.close();
  }

  static Stream<String> photos() {
    return TestPhotos.rightLabels().keySet().stream();
  }

  @ParameterizedTest
  @MethodSource("photos")
  void recognisesThePhoto(String name) {
    assertThat(label(TestPhotos.bytes(name))).isIn(right(name));
  }

  @ParameterizedTest
  @ValueSource(ints = {224, 320, 500, 640, 1024, 2000, 3000})
  void recognisesEverySize(int side) {
    for (String name : PHOTOS) {
      Mat picture = Variants.resized(Variants.picture(TestPhotos.bytes(name)), side);
      assertThat(label(Variants.encoded(picture, "jpg"))).as(name).isIn(right(name));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"jpg", "png", "webp", "gif", "bmp", "tiff"})
  void recognisesEveryFormat(String format) {
    for (String name : PHOTOS) {
      Mat picture = Variants.resized(Variants.picture(TestPhotos.bytes(name)), 500);
      assertThat(label(Variants.encoded(picture, format))).as(name).isIn(right(name));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
  void recognisesEveryOrientation(int orientation) {
    for (String name : PHOTOS) {
      Mat picture = Variants.resized(Variants.picture(TestPhotos.bytes(name)), 800);
      byte[] stored = Variants.encoded(Variants.stored(picture, orientation), "jpg");
      assertThat(label(Variants.withExif(stored, orientation))).as(name).isIn(right(name));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"png", "webp", "gif", "tiff"})
  void recognisesWhatStandsBeforeTransparency(String format) {
    for (String name : PHOTOS) {
      Mat picture = Variants.resized(Variants.picture(TestPhotos.bytes(name)), 480);
      Mat framed = Variants.framedByTransparency(picture, 10);
      assertThat(label(Variants.encoded(framed, format))).as(name).isIn(right(name));
    }
  }

  private String label(byte[] photo) {
    CompletableFuture<Classification> result =
        classifier.classify(ByteString.fromArray(photo)).toCompletableFuture();
    return result.join().predictions().get(0).label();
  }

  private static Set<String> right(String name) {
    return TestPhotos.rightLabels().get(name);
  }
}
