package dev.argus.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.argus.config.ImageSettings;
import dev.argus.protocol.PhotoException;
import dev.argus.protocol.Problem;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.opencv.core.Mat;

class PhotoHeaderTest {
  private static final ImageSettings LIMITS = new ImageSettings(64_000_000);

  @Test
  void readsThePhotosOfCameras() {
    assertThat(read(TestPhotos.bytes("cat-large.jpg")))
        .isEqualTo(new PhotoHeader("image/jpeg", 3456, 2304, 1, false));
    assertThat(read(TestPhotos.bytes("dog.jpg")))
        .isEqualTo(new PhotoHeader("image/jpeg", 1125, 750, 1, false));
    assertThat(read(TestPhotos.bytes("chelsea.png")))
        .isEqualTo(new PhotoHeader("image/png", 451, 300, 1, false));
  }

  @ParameterizedTest
  @CsvSource({
    "jpg,image/jpeg,false",
    "png,image/png,true",
    "webp,image/webp,true",
    "bmp,image/bmp,false",
    "tiff,image/tiff,true",
    "gif,image/gif,false"
  })
  void knowsTheTypeAndSizeOfEveryFormat(String format, String mediaType, boolean alpha) {
    Mat picture = Variants.resized(Variants.picture(TestPhotos.bytes("cat.jpg")), 90);
    Mat framed = Variants.framedByTransparency(picture, 5);

    assertThat(read(Variants.encoded(picture, format)))
        .isEqualTo(new PhotoHeader(mediaType, 90, 60, 1, false));
    PhotoHeader header = read(Variants.encoded(framed, format));
    assertThat(header.width()).isEqualTo(100);
    assertThat(header.height()).isEqualTo(70);
    assertThat(header.transparent()).isEqualTo(alpha);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
  void readsTheOrientationFromExif(int orientation) {
    Mat picture = Variants.resized(Variants.picture(TestPhotos.bytes("cat.jpg")), 90);
    byte[] jpeg = Variants.withExif(Variants.encoded(picture, "jpg"), orientation);
    byte[] png =
        Variants.insert(
            Variants.encoded(picture, "png"),
            33,
            PngFile.chunk("eXIf", Variants.exif(orientation)));

    assertThat(read(jpeg).orientation()).isEqualTo(orientation);
    assertThat(read(png).orientation()).isEqualTo(orientation);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 9, -1, 255})
  void takesAnOrientationThatDoesNotExistForUpright(int orientation) {
    byte[] jpeg = Variants.withExif(TestPhotos.bytes("cat.jpg"), orientation);

    assertThat(read(jpeg).orientation()).isEqualTo(1);
  }

  @Test
  void readsTheFormsOfWebp() {
    byte[] lossy = webp("VP8 ", 0x30, 0x01, 0x00, 0x9D, 0x01, 0x2A, 0x2C, 0x01, 0xC8, 0x40);
    byte[] lossless = webp("VP8L", 0x2F, 0x2B, 0xC1, 0x31, 0x10, 0, 0, 0, 0, 0);
    byte[] extended = webp("VP8X", 0x10, 0, 0, 0, 0x2B, 0x01, 0x00, 0xC7, 0x00, 0x00);

    assertThat(read(lossy)).isEqualTo(new PhotoHeader("image/webp", 300, 200, 1, false));
    assertThat(read(lossless)).isEqualTo(new PhotoHeader("image/webp", 300, 200, 1, true));
    assertThat(read(extended)).isEqualTo(new PhotoHeader("image/webp", 300, 200, 1, true));
  }

  @Test
  void refusesAnAnimatedWebp() {
    byte[] animated = webp("VP8X", 0x02, 0, 0, 0, 0x2B, 0x01, 0x00, 0xC7, 0x00, 0x00);

    assertThat(problem(animated).is(Problem.Kind.UNSUPPORTED_TYPE)).isTrue();
  }

  @Test
  void refusesATwentyThousandSquarePngByItsHeader() {
    byte[] png = PngFile.black(20_000, 20_000);
    assertThat(png).hasSizeLessThan(100_000);

    Problem problem = problem(png);

    assertThat(problem.is(Problem.Kind.TOO_MANY_PIXELS)).isTrue();
    assertThat(problem.detail()).contains("20000 x 20000", "400000000", "64000000");
  }

  @Test
  void takesAsManyPixelsAsTheLimitAndNotOneMore() {
    byte[] png = PngFile.black(100, 50);

    assertThat(PhotoHeader.read(png, new ImageSettings(5000)).width()).isEqualTo(100);
    assertThatExceptionOfType(PhotoException.class)
        .isThrownBy(() -> PhotoHeader.read(png, new ImageSettings(4999)));
  }

  @Test
  void saysWhatWasSentInPlaceOfAPhoto() {
    Problem text = problem("Hello, Argus".getBytes(StandardCharsets.US_ASCII));
    Problem heif =
        problem("\0\0\0\030ftypheic\0\0\0\0mif1heic".getBytes(StandardCharsets.US_ASCII));

    assertThat(text.is(Problem.Kind.UNSUPPORTED_TYPE)).isTrue();
    assertThat(text.detail()).contains("48 65 6c 6c");
    assertThat(heif.is(Problem.Kind.UNSUPPORTED_TYPE)).isTrue();
    assertThat(heif.detail()).contains("HEIF");
  }

  @Test
  void refusesAnEmptyBody() {
    assertThat(problem(new byte[0]).is(Problem.Kind.UNDECODABLE)).isTrue();
  }

  @Test
  void refusesAPictureWithoutPixels() {
    assertThat(problem(PngFile.black(0, 10)).is(Problem.Kind.UNDECODABLE)).isTrue();
    assertThat(problem(PngFile.black(10, 0)).is(Problem.Kind.UNDECODABLE)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"jpg", "png", "webp", "bmp", "tiff", "gif"})
  void refusesAFileThatEndsWithinItsHeader(String format) {
    Mat picture = Variants.resized(Variants.picture(TestPhotos.bytes("cat.jpg")), 90);
    byte[] file = Variants.encoded(picture, format);

    assertThat(problem(Arrays.copyOf(file, 9)).status()).isIn(415, 422);
  }

  @Test
  void isNotKeptBusyByAHostileDirectory() {
    // 65,535 tags that all claim to have 1,000,000 values each, and an orientation after them.
    ByteBuffer tiff = ByteBuffer.allocate(4_100_000).order(ByteOrder.LITTLE_ENDIAN);
    tiff.putInt(0x002A4949).putInt(8).putShort((short) 0xFFFF);
    for (int i = 0; i < 0xFFFF; i++) {
      tiff.putShort((short) 0x9999).putShort((short) 4).putInt(1_000_000).putInt(8);
    }

    Problem problem =
        Assertions.assertTimeoutPreemptively(Duration.ofSeconds(5), () -> problem(tiff.array()));

    assertThat(problem.is(Problem.Kind.UNDECODABLE)).isTrue();
  }

  private static PhotoHeader read(byte[] photo) {
    return PhotoHeader.read(photo, LIMITS);
  }

  private static Problem problem(byte[] photo) {
    try {
      PhotoHeader header = read(photo);
      throw new AssertionError("expected a problem, found " + header);
    } catch (PhotoException e) {
      return e.problem();
    }
  }

  private static byte[] webp(String chunk, int... data) {
    ByteBuffer file = ByteBuffer.allocate(20 + data.length).order(ByteOrder.LITTLE_ENDIAN);
    file.put("RIFF".getBytes(StandardCharsets.US_ASCII)).putInt(12 + data.length);
    file.put(("WEBP" + chunk).getBytes(StandardCharsets.US_ASCII)).putInt(data.length);
    for (int value : data) {
      file.put((byte) value);
    }
    return file.array();
  }
}
