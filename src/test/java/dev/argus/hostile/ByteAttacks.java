package dev.argus.hostile;

import dev.argus.hostile.BasePhoto.Format;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Attacks that know nothing of formats: flipped, overwritten, cut, moved and repeated bytes. */
final class ByteAttacks {
  /** Where decoders overflow, allocate too much, or take a number for a negative one. */
  private static final long[] EXTREMES = {
    0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x10000, 0x7FFFFFFFL, 0x80000000L, 0xFFFFFFFFL
  };

  /** Headers are where it hurts. */
  private static final int HEADER = 128;

  /** Less than any format needs to tell the size of its picture. */
  private static final int NO_HEADER = 12;

  private ByteAttacks() {}

  static Draft flipped(BasePhoto base, Random random) {
    byte[] bytes = base.bytes().clone();
    int flips = 1 + random.nextInt(16);
    for (int i = 0; i < flips; i++) {
      bytes[place(bytes, random)] ^= (byte) (1 << random.nextInt(8));
    }
    return Draft.either(flips + " bits of a " + base + " flipped", bytes);
  }

  static Draft overwritten(BasePhoto base, Random random) {
    byte[] bytes = base.bytes().clone();
    int from = place(bytes, random);
    int to = Math.min(bytes.length, from + 1 + random.nextInt(64));
    if (random.nextBoolean()) {
      Arrays.fill(bytes, from, to, (byte) random.nextInt(256));
    } else {
      byte[] noise = new byte[to - from];
      random.nextBytes(noise);
      System.arraycopy(noise, 0, bytes, from, noise.length);
    }
    return Draft.either("a " + base + " overwritten from " + from + " to " + to, bytes);
  }

  /** A number in either byte order set to one that hurts. */
  static Draft withExtremes(BasePhoto base, Random random) {
    byte[] bytes = base.bytes().clone();
    StringBuilder recipe = new StringBuilder("a " + base);
    for (int i = random.nextInt(3); i >= 0; i--) {
      int width = 1 << random.nextInt(3);
      int at = Math.min(place(bytes, random), bytes.length - width);
      long value = EXTREMES[random.nextInt(EXTREMES.length)];
      ByteBuffer buffer = ByteBuffer.wrap(bytes);
      buffer.order(random.nextBoolean() ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
      switch (width) {
        case 1 -> buffer.put(at, (byte) value);
        case 2 -> buffer.putShort(at, (short) value);
        default -> buffer.putInt(at, (int) value);
      }
      recipe.append(" with %d bytes of %x at %d".formatted(width, value, at));
    }
    return Draft.either(recipe.toString(), bytes);
  }

  /** Only a BMP or a TIFF may have all its pixels without its last bytes. */
  static Draft cut(BasePhoto base, Random random) {
    int length = random.nextInt(base.bytes().length);
    byte[] bytes = Arrays.copyOf(base.bytes(), length);
    String recipe = "the first " + length + " bytes of a " + base;
    boolean useless =
        length <= NO_HEADER
            || (length < base.bytes().length / 2
                && List.of(Format.JPEG, Format.PNG, Format.WEBP).contains(base.format()));
    return useless ? Draft.refused(recipe, bytes) : Draft.either(recipe, bytes);
  }

  static Draft withoutARun(BasePhoto base, Random random) {
    byte[] bytes = base.bytes();
    int from = place(bytes, random);
    int to = Math.min(bytes.length, from + 1 + random.nextInt(64));
    byte[] shorter = Bytes.concat(Arrays.copyOf(bytes, from), Bytes.from(bytes, to));
    return Draft.either("a " + base + " without " + from + " to " + to, shorter);
  }

  static Draft withARunRepeated(BasePhoto base, Random random) {
    byte[] bytes = base.bytes();
    int from = place(bytes, random);
    int to = Math.min(bytes.length, from + 1 + random.nextInt(256));
    byte[] run = Arrays.copyOfRange(bytes, from, to);
    int times = 1 + random.nextInt(50);
    byte[] longer =
        Bytes.concat(Arrays.copyOf(bytes, to), Bytes.repeated(run, times), Bytes.from(bytes, to));
    return Draft.either(
        "a " + base + " with " + from + " to " + to + " repeated " + times + " times", longer);
  }

  private static int place(byte[] bytes, Random random) {
    return random.nextInt(random.nextInt(3) > 0 ? Math.min(HEADER, bytes.length) : bytes.length);
  }
}
