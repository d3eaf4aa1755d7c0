package dev.argus.hostile;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Random;

/** Headers that claim a picture of another size: bombs, and pictures of no pixel. */
final class LyingSizes {
  private static final int[] BOMB_SIDES = {16_000, 16_383, 20_000, 32_767, 60_000, 65_535};

  private LyingSizes() {}

  /** More pixels than Argus takes, whatever the format. */
  static Draft bomb(BasePhoto base, Random random) {
    int width = BOMB_SIDES[random.nextInt(BOMB_SIDES.length)];
    int height = BOMB_SIDES[random.nextInt(BOMB_SIDES.length)];
    return Draft.refused(
        "a %s that claims %d x %d pixels".formatted(base, width, height),
        withSize(base, width, height));
  }

  /** Sizes that only some formats can even write down. */
  static Draft monster(BasePhoto base, Random random) {
    int[] sides = {0, -1, Integer.MAX_VALUE, Integer.MIN_VALUE, 1 << 24, 1 << 30, 0x10000, 0xFFFFF};
    int width = sides[random.nextInt(sides.length)];
    int height = sides[random.nextInt(sides.length)];
    return Draft.either(
        "a %s that claims %d x %d pixels".formatted(base, width, height),
        withSize(base, width, height));
  }

  /** Within the limits, but not what the file has. */
  static Draft lie(BasePhoto base, Random random) {
    int width = 1 + random.nextInt(1000);
    int height = 1 + random.nextInt(1000);
    if (random.nextInt(10) == 0) {
      width = random.nextBoolean() ? 1 : 60_000;
      height = 61_000 - width;
      height = width == 1 ? height : 1000;
    }
    return Draft.either(
        "a %s that claims %d x %d pixels".formatted(base, width, height),
        withSize(base, width, height));
  }

  private static byte[] withSize(BasePhoto base, int width, int height) {
    byte[] bytes = base.bytes().clone();
    ByteBuffer big = ByteBuffer.wrap(bytes);
    ByteBuffer little = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    switch (base.format()) {
      case JPEG -> {
        int at = startOf(frameHeader(base), base);
        big.putShort(at + 5, (short) height).putShort(at + 7, (short) width);
      }
      case PNG -> {
        big.putInt(16, width).putInt(20, height);
        bytes = Pieces.sealed(bytes);
      }
      case WEBP -> webp(little, bytes, width, height);
      case GIF -> {
        little.putShort(6, (short) width).putShort(8, (short) height);
        int at = startOf(imageDescriptor(base), base);
        little.putShort(at + 5, (short) width).putShort(at + 7, (short) height);
      }
      case BMP -> little.putInt(18, width).putInt(22, height);
      case TIFF -> tiff(Pieces.tiffBuffer(bytes), width, height);
    }
    return bytes;
  }

  private static void webp(ByteBuffer file, byte[] bytes, int width, int height) {
    switch (bytes[15]) {
      case ' ' ->
          file.putShort(26, (short) (width & 0x3FFF)).putShort(28, (short) (height & 0x3FFF));
      case 'L' ->
          file.putInt(
              21,
              (file.getInt(21) & 0xF0000000) | (width - 1 & 0x3FFF) | (height - 1 & 0x3FFF) << 14);
      default -> {
        file.putShort(24, (short) (width - 1)).put(26, (byte) (width - 1 >> 16));
        file.putShort(27, (short) (height - 1)).put(29, (byte) (height - 1 >> 16));
      }
    }
  }

  private static void tiff(ByteBuffer file, int width, int height) {
    int directory = file.getInt(4);
    int entries = Short.toUnsignedInt(file.getShort(directory));
    for (int i = 0; i < entries; i++) {
      int entry = directory + 2 + i * 12;
      int tag = Short.toUnsignedInt(file.getShort(entry));
      if (tag == 256 || tag == 257) {
        file.putShort(entry + 2, (short) 4).putInt(entry + 8, tag == 256 ? width : height);
      }
    }
  }

  private static int frameHeader(BasePhoto jpeg) {
    List<byte[]> pieces = Pieces.of(jpeg);
    for (int i = 1; i < pieces.size(); i++) {
      if (pieces.get(i)[1] == (byte) 0xC0 || pieces.get(i)[1] == (byte) 0xC2) {
        return i;
      }
    }
    throw new AssertionError("a JPEG without a frame header");
  }

  private static int imageDescriptor(BasePhoto gif) {
    List<byte[]> pieces = Pieces.of(gif);
    for (int i = 1; i < pieces.size(); i++) {
      if (pieces.get(i)[0] == 0x2C) {
        return i;
      }
    }
    throw new AssertionError("a GIF without an image");
  }

  private static int startOf(int piece, BasePhoto base) {
    return Pieces.of(base).subList(0, piece).stream().mapToInt(bytes -> bytes.length).sum();
  }
}
