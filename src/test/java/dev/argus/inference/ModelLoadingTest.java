package dev.argus.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.argus.config.ModelSettings;
import dev.argus.image.TestPhotos;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelLoadingTest {
  @TempDir Path directory;

  private Path onnx;
  private String sha256;

  @BeforeEach
  void copyTheBuiltinModel() throws IOException, GeneralSecurityException {
    onnx = directory.resolve("my-model.onnx");
    try (InputStream in =
        DjlClassifier.class.getResourceAsStream("efficientnet-lite0/model.onnx")) {
      Files.copy(in, onnx);
    }
    sha256 = sha256(onnx);
  }

  @Test
  void aModelOfOnesOwnNamesItsLabels() throws IOException {
    Path labels = labels(1000);
    var settings = settings(sha256, labels, 224);

    try (DjlClassifier classifier = DjlClassifier.load(settings, TestModels.LIMITS)) {
      assertThat(classifier.model()).isEqualTo("my-model");
      var found =
          classifier
              .classify(ByteString.fromArray(TestPhotos.bytes("taxis.jpg")))
              .toCompletableFuture()
              .join();
      assertThat(found.predictions().get(0).label()).isEqualTo("class 468");
    }
  }

  @Test
  void aModelThatIsNotTheOneMeantIsRefused() throws IOException {
    var settings = settings("0".repeat(64), labels(1000), 224);

    assertRefused(settings, "my-model.onnx", "0".repeat(64), sha256);
  }

  @Test
  void labelsMustBeAsManyAsClasses() throws IOException {
    assertRefused(settings(sha256, labels(999), 224), "argus.model.labels", "1000", "999");
  }

  @Test
  void theInputSizeMustBeTheNetworks() throws IOException {
    assertRefused(settings(sha256, labels(1000), 200), "argus.model.input-size", "200");
  }

  @Test
  void aFileThatIsNoNetworkIsRefused() throws IOException, GeneralSecurityException {
    Files.writeString(onnx, "not a network");

    assertRefused(settings(sha256(onnx), labels(1000), 224), "my-model.onnx", "ONNX");
  }

  @Test
  void aFileThatIsNotThereIsRefused() throws IOException {
    Path labels = labels(1000);
    Files.delete(onnx);

    assertRefused(settings(sha256, labels, 224), "argus.model.uri");
  }

  @Test
  void labelsThatAreNotThereAreRefused() {
    assertRefused(settings(sha256, directory.resolve("none.txt"), 224), "argus.model.labels");
  }

  private ModelSettings settings(String sha256, Path labels, int inputSize) {
    return TestModels.settings(onnx.toUri().toString(), sha256, labels.toString(), inputSize, 1);
  }

  private Path labels(int count) throws IOException {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < count; i++) {
      text.append("class ").append(i).append('\n');
    }
    return Files.writeString(directory.resolve("labels.txt"), text);
  }

  private static void assertRefused(ModelSettings settings, String... mentions) {
    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(() -> DjlClassifier.load(settings, TestModels.LIMITS).close())
        .satisfies(it -> assertThat(it.getMessage()).contains(mentions));
  }

  private static String sha256(Path file) throws IOException, GeneralSecurityException {
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
    return HexFormat.of().formatHex(digest);
  }
}
