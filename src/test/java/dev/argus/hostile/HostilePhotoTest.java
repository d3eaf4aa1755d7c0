package dev.argus.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.config.ArgusSettings;
import dev.argus.config.ImageSettings;
import dev.argus.hostile.HostileInput.Expected;
import dev.argus.image.InputFormat;
import dev.argus.image.PhotoDecoder;
import dev.argus.image.PhotoHeader;
import dev.argus.protocol.PhotoException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/**
 * Whatever bytes come: a picture, or a {@link PhotoException} that says why, and nothing else; in
 * bounded time and memory.
 *
 * <p>Native code sees a file only after these checks, which all run in Java, on the very bytes that
 * it will see:
 *
 * <ul>
 *   <li>all formats: a known signature; width and height above zero, and no more pixels than {@code
 *       argus.image.max-pixels};
 *   <li>JPEG: every segment up to the first scan has a possible length and there are not too many,
 *       the number of scans is bounded, and there is an end marker after them;
 *   <li>PNG: IHDR comes first, and only chunks of the picture are passed on;
 *   <li>WebP: a known first chunk with its signature, no animation;
 *   <li>TIFF: at most 16 bits a sample, no tile of more than 16 million pixels;
 *   <li>BMP: nothing further. GIF never meets native code: ImageIO reads its first frame, whose own
 *       size is checked too.
 * </ul>
 *
 * <p>And if native code dies all the same, the photo is dead-lettered after its attempts alone, and
 * all others are answered: see {@code PoisonPhotoTest}.
 */
class HostilePhotoTest {
  private static final ImageSettings LIMITS = ArgusSettings.load(Map.of()).image();
  private static final InputFormat FORMAT =
      new InputFormat(224, List.of(127.0, 127.0, 127.0), List.of(128.0, 128.0, 128.0));
  private static final Duration AT_MOST = Duration.ofSeconds(20); // noisy machines
  private static final long MAX_GROWTH = 1L << 30;
  private static PhotoDecoder decoder;
  private static OptionalLong peakBefore;

  @BeforeContainer
  static void open() {
    decoder = new PhotoDecoder(LIMITS, FORMAT);
    peakBefore = Memory.peak();
  }

  @AfterContainer
  static void memoryStayedBounded() {
    decoder.close();
    Memory.peak()
        .ifPresent(peak -> assertThat(peak - peakBefore.getAsLong()).isLessThan(MAX_GROWTH));
  }

  @Property(
      tries = 12_000,
      seed = "4",
      shrinking = ShrinkingMode.OFF,
      edgeCases = EdgeCasesMode.NONE)
  void everyHostileFileIsAPictureOrAReason(@ForAll("hostile") HostileInput input) {
    long start = System.nanoTime();
    boolean taken = decodes(input.bytes());
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(AT_MOST);
    if (input.expected() != Expected.EITHER) {
      assertThat(taken).isEqualTo(input.expected() == Expected.TAKEN);
    }
  }

  @Property(tries = 1_000, seed = "4")
  void arbitraryBytesAreAPictureOrAReason(@ForAll byte[] photo) {
    decodes(photo);
  }

  /** Whether it is a picture; any exception but the one with a reason goes through. */
  private static boolean decodes(byte[] photo) {
    try {
      PhotoHeader.read(photo, LIMITS);
      decoder.decode(photo);
      return true;
    } catch (PhotoException refused) {
      assertThat(refused.problem().status()).isBetween(400, 499);
      assertThat(refused.problem().detail()).isNotBlank();
      return false;
    }
  }

  @Provide
  Arbitrary<HostileInput> hostile() {
    return HostileInputs.any();
  }
}
