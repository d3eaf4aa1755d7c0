package dev.argus.inference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.image.FullDecoding;
import dev.argus.image.InputFormat;
import dev.argus.image.PhotoDecoder;
import dev.argus.image.TestPhotos;
import dev.argus.image.UnpackedFiles;
import dev.argus.image.Variants;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.opencv.core.Mat;

class ScaledDecodingTest {
  private static final int[] LONG_SIDES = {500, 700, 1000, 1500, 2200, 3000};

  @Test
  void givesTheSameFirstGuessAsFullDecodingForNinetyNinePhotosOfAHundred() throws Exception {
    var settings = TestModels.builtin(1);
    var format = new InputFormat(settings.inputSize(), settings.mean(), settings.scale());
    var files = ModelFiles.find(settings, UnpackedFiles.ofThisUser());
    var ranking = new Ranking(files.labels(), 1);
    List<String> differing = new ArrayList<>();
    int tried = 0;
    try (Network network = Network.load(files, format.size(), UnpackedFiles.ofThisUser());
        Lane scaled =
            new Lane(new PhotoDecoder(TestModels.LIMITS, format), network.newPredictor(), ranking);
        Lane full =
            new Lane(
                FullDecoding.decoder(TestModels.LIMITS, format), network.newPredictor(), ranking)) {
      for (String name : TestPhotos.rightLabels().keySet()) {
        for (byte[] photo : variants(name)) {
          String expected = full.classify(photo).predictions().get(0).label();
          String found = scaled.classify(photo).predictions().get(0).label();
          tried++;
          if (!expected.equals(found)) {
            differing.add("%s of %d bytes: %s, %s".formatted(name, photo.length, expected, found));
          }
        }
      }
    }

    assertThat(differing).as("of %d", tried).hasSizeLessThanOrEqualTo(tried / 100);
  }

  private static List<byte[]> variants(String name) {
    List<byte[]> variants = new ArrayList<>(List.of(TestPhotos.bytes(name)));
    Mat picture = Variants.picture(TestPhotos.bytes(name));
    for (int side : LONG_SIDES) {
      variants.add(Variants.encoded(Variants.resized(picture, side), "jpg"));
    }
    return variants;
  }
}
