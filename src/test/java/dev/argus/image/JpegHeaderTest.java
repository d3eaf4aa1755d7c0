package dev.argus.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JpegHeaderTest {
  @ParameterizedTest
  @ValueSource(strings = {"cat.jpg", "cat-large.jpg", "dog.jpg", "pen.jpg"})
  void aWholeFileIsWholeAndACutOneIsNot(String name) throws IOException {
    byte[] jpeg = TestPhotos.bytes(name);

    assertThat(isWhole(jpeg)).isTrue();
    for (double part : new double[] {0.3, 0.6, 0.9, 0.999}) {
      assertThat(isWhole(Arrays.copyOf(jpeg, (int) (jpeg.length * part)))).isFalse();
    }
    assertThat(isWhole(Arrays.copyOf(jpeg, jpeg.length - 1))).isFalse();
  }

  @Test
  void whatFollowsTheEndIsNoMatter() throws IOException {
    assertThat(isWhole(Variants.concat(TestPhotos.bytes("cat.jpg"), new byte[5000]))).isTrue();
  }

  @Test
  void theEndOfAThumbnailIsNotTheEndOfThePicture() throws IOException {
    byte[] thumbnail =
        Variants.encoded(
            Variants.resized(Variants.picture(TestPhotos.bytes("dog.jpg")), 160), "jpg");
    byte[] segment =
        ByteBuffer.allocate(4 + thumbnail.length)
            .putShort((short) 0xFFE1)
            .putShort((short) (2 + thumbnail.length))
            .put(thumbnail)
            .array();
    byte[] jpeg = Variants.insert(TestPhotos.bytes("cat.jpg"), 2, segment);

    JpegHeader header = JpegHeader.parse(jpeg);

    assertThat(header.width()).isEqualTo(640);
    assertThat(isWhole(jpeg)).isTrue();
    assertThat(isWhole(Arrays.copyOf(jpeg, jpeg.length - 1000))).isFalse();
  }

  @Test
  void fillBytesBeforeAMarkerAreSkipped() throws IOException {
    byte[] jpeg = Variants.insert(TestPhotos.bytes("cat.jpg"), 2, new byte[] {-1, -1, -1});

    assertThat(JpegHeader.parse(jpeg).width()).isEqualTo(640);
  }

  private static boolean isWhole(byte[] jpeg) throws IOException {
    int scanStart = JpegHeader.parse(jpeg).scanStart();
    try {
      JpegHeader.checkScans(jpeg, scanStart);
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
