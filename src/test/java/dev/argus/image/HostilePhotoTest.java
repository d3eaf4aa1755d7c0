package dev.argus.image;

import dev.argus.config.ImageSettings;
import dev.argus.protocol.PhotoException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.opencv.core.Mat;

/** Whatever bytes come: a picture or a {@link PhotoException}, and nothing else. */
class HostilePhotoTest {
  private static final ImageSettings LIMITS = new ImageSettings(1_000_000);
  private static final InputFormat FORMAT =
      new InputFormat(224, List.of(127.0, 127.0, 127.0), List.of(128.0, 128.0, 128.0));
  private static final List<byte[]> SEEDS = new ArrayList<>();
  private static PhotoDecoder decoder;

  @BeforeContainer
  static void open() {
    decoder = new PhotoDecoder(LIMITS, FORMAT);
    Mat cat = Variants.resized(Variants.picture(TestPhotos.bytes("cat.jpg")), 60);
    Mat framed = Variants.framedByTransparency(cat, 4);
    for (String format : List.of("png", "webp", "bmp", "tiff", "gif")) {
      SEEDS.add(Variants.encoded(cat, format));
      SEEDS.add(Variants.encoded(framed, format));
    }
    SEEDS.add(Variants.encoded(cat, "jpg"));
    SEEDS.add(Variants.withExif(Variants.encoded(cat, "jpg"), 6));
  }

  @AfterContainer
  static void close() {
    decoder.close();
    SEEDS.clear();
  }

  @Property(tries = 2000)
  void headersOfMutatedFiles(@ForAll("mutated") byte[] photo) {
    try {
      PhotoHeader.read(photo, LIMITS);
    } catch (PhotoException expected) {
      // It says why.
    }
  }

  @Property(tries = 1500)
  void picturesOfMutatedFiles(@ForAll("mutated") byte[] photo) {
    try {
      decoder.decode(photo);
    } catch (PhotoException expected) {
      // It says why.
    }
  }

  @Property(tries = 500)
  void arbitraryBytes(@ForAll byte[] photo) {
    try {
      decoder.decode(photo);
    } catch (PhotoException expected) {
      // It says why.
    }
  }

  /**
   * Some bytes of a good file replaced, most of them in its first hundred, and maybe its end cut.
   */
  @Provide
  Arbitrary<byte[]> mutated() {
    return Arbitraries.longs().map(HostilePhotoTest::mutate);
  }

  private static byte[] mutate(long seed) {
    Random random = new Random(seed);
    byte[] file = SEEDS.get(random.nextInt(SEEDS.size())).clone();
    int changes = 1 + random.nextInt(8);
    for (int i = 0; i < changes; i++) {
      int reach = random.nextInt(3) > 0 ? Math.min(100, file.length) : file.length;
      file[random.nextInt(reach)] = (byte) random.nextInt(256);
    }
    return random.nextInt(5) > 0 ? file : Arrays.copyOf(file, random.nextInt(file.length));
  }
}
