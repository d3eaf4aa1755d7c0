package dev.argus.inference;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class BuiltinModelTest {
  @Test
  void theNetworkIsTheOneThatWasConverted() throws IOException, GeneralSecurityException {
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(resource("model.onnx"));

    assertThat(text("model.sha256")).isEqualTo(HexFormat.of().formatHex(digest) + "  model.onnx\n");
    assertThat(text("MODEL_CARD.md")).contains(HexFormat.of().formatHex(digest));
  }

  @Test
  void everyClassHasALabelOfItsOwn() throws IOException {
    List<String> labels = text("labels.txt").lines().toList();

    assertThat(labels).hasSize(1000).doesNotHaveDuplicates().noneMatch(String::isBlank);
    assertThat(labels.get(281)).isEqualTo("tabby");
    assertThat(labels.get(435)).isEqualTo("bathtub");
    assertThat(labels.get(134)).isEqualTo("crane bird");
  }

  @Test
  void theLicenceOfTheWeightsIsThere() throws IOException {
    assertThat(text("LICENSE")).contains("ML Illustrated").contains("Apache License");
  }

  private static String text(String name) throws IOException {
    return new String(resource(name), StandardCharsets.UTF_8);
  }

  private static byte[] resource(String name) throws IOException {
    try (InputStream in = DjlClassifier.class.getResourceAsStream("efficientnet-lite0/" + name)) {
      return in.readAllBytes();
    }
  }
}
