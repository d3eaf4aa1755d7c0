package dev.argus.hostile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.argus.config.ArgusSettings;
import dev.argus.config.ImageSettings;
import dev.argus.image.InputFormat;
import dev.argus.image.PhotoDecoder;
import dev.argus.image.PhotoHeader;
import dev.argus.protocol.PhotoException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Photos within every limit that kept a reader busy for minutes, or took a gigabyte, once. */
@Timeout(30) // each takes less than a second on an idle machine
class HeavyPhotoTest {
  private static final ImageSettings LIMITS = ArgusSettings.load(Map.of()).image();
  private static PhotoDecoder decoder;

  @BeforeAll
  static void open() {
    decoder =
        new PhotoDecoder(
            LIMITS,
            new InputFormat(224, List.of(127.0, 127.0, 127.0), List.of(128.0, 128.0, 128.0)));
  }

  @AfterAll
  static void close() {
    decoder.close();
  }

  private static void decode(byte[] photo) {
    assertThat(photo).hasSizeLessThanOrEqualTo(HeavyPhotos.MAX_BYTES);
    PhotoHeader.read(photo, LIMITS);
    assertThat(decoder.decode(photo).remaining()).isEqualTo(3 * 224 * 224);
  }

  @Test
  void aJpegOfMillionsOfScansIsRefused() {
    assertThatThrownBy(() -> decode(HeavyPhotos.jpegOfManyScans()))
        .isInstanceOf(PhotoException.class)
        .hasMessageContaining("more than 100 scans");
  }

  @Test
  void aJpegOfMillionsOfSegmentsIsRefused() {
    assertThatThrownBy(() -> decode(HeavyPhotos.jpegOfManySegments()))
        .isInstanceOf(PhotoException.class)
        .hasMessageContaining("more than 4096 segments");
  }

  @Test
  void aPngOfGigabytesOfCommentsIsTakenWithoutThem() {
    decode(HeavyPhotos.pngOfLongComments());
  }

  @Test
  void aPngOfAMillionExifsThatShareADirectoryIsReadOnce() {
    decode(HeavyPhotos.pngOfManyExifs());
  }

  @Test
  void aPngWhoseExifHasNoByteOrderIsAPictureAllTheSame() {
    decode(HeavyPhotos.pngWith(PngChunk.of("eXIf", new byte[100])));
  }

  @ParameterizedTest
  @ValueSource(ints = {0x01, 0xFE, 0xFF}) // plain text, a comment, an application's
  void aGifOfOneEndlessExtensionIsTakenWithoutIt(int label) {
    decode(HeavyPhotos.gifOfOneLongExtension(label));
  }

  @Test
  void aTiffOfOnePixelInATileOfHundredsOfMillionsIsRefused() {
    assertThatThrownBy(() -> decode(HeavyPhotos.tiffOfAHugeTile()))
        .isInstanceOf(PhotoException.class)
        .hasMessageContaining("a tile may have");
  }
}
