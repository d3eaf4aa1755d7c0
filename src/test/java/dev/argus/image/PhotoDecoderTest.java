package dev.argus.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import dev.argus.config.ImageSettings;
import dev.argus.protocol.PhotoException;
import dev.argus.protocol.Problem;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.opencv.core.CvType;
import org.opencv.core.Mat;
import org.opencv.core.Scalar;
import org.opencv.imgproc.Imgproc;

/** Inputs here are values of 0 to 255 as they are: the format's mean is 0 and its scale 1. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PhotoDecoderTest {
  private static final int SIZE = 224;
  private static final int PLANE = SIZE * SIZE;
  private static final ImageSettings LIMITS = new ImageSettings(64_000_000);
  private static final InputFormat PLAIN =
      new InputFormat(SIZE, List.of(0.0, 0.0, 0.0), List.of(1.0, 1.0, 1.0));

  private PhotoDecoder decoder;
  private Mat cat;

  @BeforeAll
  void open() {
    decoder = new PhotoDecoder(LIMITS, PLAIN);
    cat = Variants.resized(Variants.picture(TestPhotos.bytes("cat.jpg")), 500);
  }

  @AfterAll
  void close() {
    decoder.close();
  }

  @ParameterizedTest
  @CsvSource({"jpg,3", "webp,4", "bmp,0.01", "tiff,0.01", "gif,12"})
  void seesTheSameInEveryFormat(String format, double tolerance) {
    float[] expected = decode(Variants.encoded(cat, "png"));

    float[] found = decode(Variants.encoded(cat, format));

    assertThat(meanDifference(expected, found)).isLessThan(tolerance);
  }

  @Test
  void writesRedThenGreenThenBlueNormalised() {
    InputFormat format = new InputFormat(8, List.of(127.0, 100.0, 0.0), List.of(128.0, 2.0, 1.0));
    Mat orange = new Mat(20, 30, CvType.CV_8UC3, new Scalar(10, 120, 255));
    try (PhotoDecoder normalising = new PhotoDecoder(LIMITS, format)) {
      float[] found = new float[format.values()];
      normalising.decode(Variants.encoded(orange, "png")).get(0, found);

      assertThat(found[0]).isEqualTo(1.0f);
      assertThat(found[64]).isEqualTo(10.0f);
      assertThat(found[128]).isEqualTo(10.0f);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
  void showsAPhotoUprightHoweverTheCameraWasHeld(int orientation) {
    // Sides that differ by an even number, so that the middle is the same from either side.
    Mat picture = cat.submat(0, 332, 0, 500);
    float[] expected = decode(Variants.encoded(picture, "png"));
    Mat stored = Variants.stored(picture, orientation);
    byte[] exif = PngFile.chunk("eXIf", Variants.exif(orientation));

    float[] png = decode(Variants.insert(Variants.encoded(stored, "png"), 33, exif));
    float[] jpeg = decode(Variants.withExif(Variants.encoded(stored, "jpg"), orientation));
    float[] ignored = decode(Variants.encoded(stored, "png"));

    assertThat(meanDifference(expected, png)).isLessThan(0.1);
    // JPEG loses other details in another direction.
    assertThat(meanDifference(expected, jpeg)).isLessThan(8);
    assertThat(meanDifference(expected, ignored) > 20).isEqualTo(orientation != 1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"png", "webp", "tiff", "gif"})
  void laysTransparencyOverWhite(String format) {
    float[] found = decode(Variants.encoded(Variants.framedByTransparency(cat, 100), format));

    // The frame is black where it is transparent; the square cut out of the middle shows it above.
    assertThat(found[0]).isEqualTo(255);
    assertThat(found[PLANE - 1]).isEqualTo(255);
    assertThat(found[2 * PLANE + 3 * SIZE + SIZE / 2]).isEqualTo(255);
    assertThat(average(found)).isBetween(100.0, 220.0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"png", "tiff"})
  void halfTransparentBlackIsGrey(String format) {
    Mat half = new Mat(300, 300, CvType.CV_8UC4, new Scalar(0, 0, 0, 128));

    assertThat((double) decode(Variants.encoded(half, format))[PLANE / 2])
        .isCloseTo(127, within(1.0));
  }

  @Test
  void transparentColoursDoNotBleed() {
    // One pixel in two is transparent red: over white the picture is white throughout.
    Mat picture = new Mat(448, 448, CvType.CV_8UC4, new Scalar(255, 255, 255, 255));
    for (int x = 0; x < 448; x += 2) {
      picture.col(x).setTo(new Scalar(0, 0, 255, 0));
    }

    assertThat(decode(Variants.encoded(picture, "png"))).containsOnly(255f);
  }

  @ParameterizedTest
  @ValueSource(strings = {"png", "tiff"})
  void takesSixteenBits(String format) {
    Mat deep = new Mat();
    cat.convertTo(deep, CvType.CV_16U, 257);
    Mat deepAlpha = new Mat();
    Imgproc.cvtColor(deep, deepAlpha, Imgproc.COLOR_BGR2BGRA);
    float[] expected = decode(Variants.encoded(cat, "png"));

    assertThat(meanDifference(expected, decode(Variants.encoded(deep, format)))).isLessThan(1);
    assertThat(meanDifference(expected, decode(Variants.encoded(deepAlpha, format)))).isLessThan(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"jpg", "png", "webp", "bmp", "tiff", "gif"})
  void takesGrey(String format) {
    Mat grey = new Mat();
    Imgproc.cvtColor(cat, grey, Imgproc.COLOR_BGR2GRAY);

    float[] found = decode(Variants.encoded(grey, format));

    assertThat(found[PLANE / 2]).isCloseTo(found[PLANE + PLANE / 2], within(3f));
    assertThat(average(found))
        .isCloseTo(average(decode(Variants.encoded(cat, "png"))), within(15.0));
  }

  @Test
  void takesCmyk() {
    Mat dog = Variants.resized(Variants.picture(TestPhotos.bytes("dog.jpg")), 240);

    float[] found = decode(TestPhotos.bytes("dog-cmyk.jpg"));

    assertThat(meanDifference(decode(Variants.encoded(dog, "png")), found)).isLessThan(8);
  }

  @Test
  void takesAPaletteWithTransparency() throws IOException {
    byte[] gif = Variants.encoded(Variants.framedByTransparency(cat, 100), "gif");
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    // ImageIO keeps the palette, and writes the transparent colour as a tRNS chunk.
    ImageIO.write(ImageIO.read(new ByteArrayInputStream(gif)), "png", png);

    assertThat(PhotoHeader.read(png.toByteArray(), LIMITS).transparent()).isTrue();
    assertThat(meanDifference(decode(gif), decode(png.toByteArray()))).isLessThan(1);
  }

  @ParameterizedTest
  @CsvSource({"1,1", "1,500", "500,1", "3,3", "10000,4", "223,225"})
  void takesPicturesOfAnyShape(int width, int height) {
    Mat picture = new Mat(height, width, CvType.CV_8UC3, new Scalar(40, 80, 120));

    for (String format : List.of("jpg", "png", "gif")) {
      float[] found = decode(Variants.encoded(picture, format));
      assertThat((double) found[PLANE / 2]).isCloseTo(120, within(6.0));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"jpg", "png", "webp", "bmp", "tiff", "gif"})
  void refusesAFileThatWasCutShort(String format) {
    byte[] file = Variants.encoded(cat, format);
    for (double part : new double[] {0.1, 0.3, 0.6, 0.9, 0.99}) {
      byte[] cut = Arrays.copyOf(file, (int) (file.length * part));

      assertThat(problem(cut).is(Problem.Kind.UNDECODABLE)).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"bakery.jpg", "cat-large.jpg"})
  void refusesACutPhotoOfACamera(String name) {
    byte[] file = TestPhotos.bytes(name);

    Problem problem = problem(Arrays.copyOf(file, file.length / 2));

    assertThat(problem.detail()).contains("ends within its picture");
  }

  @Test
  void toleratesGarbageAfterTheEnd() {
    byte[] garbage = new byte[3000];
    new Random(1).nextBytes(garbage);
    byte[] jpeg = Variants.encoded(cat, "jpg");

    assertThat(decode(Variants.concat(jpeg, garbage))).isEqualTo(decode(jpeg));
  }

  @ParameterizedTest
  @ValueSource(strings = {"jpg", "png", "gif"})
  void refusesGarbageAfterARightHeader(String format) {
    byte[] file = Variants.encoded(cat, format);
    byte[] garbage = new byte[file.length];
    new Random(1).nextBytes(garbage);
    System.arraycopy(file, 0, garbage, 0, 40);

    assertThat(problem(garbage).is(Problem.Kind.UNDECODABLE)).isTrue();
  }

  @Test
  void refusesAFrameLargerThanTheScreenOfItsGif() {
    byte[] gif = Variants.encoded(cat, "gif");
    // The logical screen says 1 x 1; the frame has 500 x 333.
    gif[6] = gif[8] = 1;
    gif[7] = gif[9] = 0;
    try (PhotoDecoder strict = new PhotoDecoder(new ImageSettings(100_000), PLAIN)) {
      assertThatExceptionOfType(PhotoException.class)
          .isThrownBy(() -> strict.decode(gif))
          .matches(it -> it.problem().is(Problem.Kind.TOO_MANY_PIXELS));
    }
  }

  @Test
  void checksTheHeaderBeforeItDecodes() {
    Problem problem = problem(PngFile.black(20_000, 20_000));

    assertThat(problem.is(Problem.Kind.TOO_MANY_PIXELS)).isTrue();
  }

  private float[] decode(byte[] photo) {
    float[] values = new float[PLAIN.values()];
    decoder.decode(photo).get(0, values);
    return values;
  }

  private Problem problem(byte[] photo) {
    try {
      decoder.decode(photo);
    } catch (PhotoException e) {
      return e.problem();
    }
    throw new AssertionError("expected a problem, found a picture");
  }

  private static double meanDifference(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += Math.abs(a[i] - b[i]);
    }
    return sum / a.length;
  }

  private static double average(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += value;
    }
    return sum / values.length;
  }
}
