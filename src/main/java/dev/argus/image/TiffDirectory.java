package dev.argus.image;

import com.drew.lang.ByteArrayReader;
import com.drew.lang.RandomAccessReader;
import java.io.IOException;
import java.util.Arrays;

/**
 * The few tags that matter of the first image file directory of a TIFF structure, which EXIF shares
 * (TIFF 6.0, section 2). A tag that is absent, or of a type it should not have, is {@link #ABSENT}.
 *
 * <p>Not read with metadata-extractor's {@code TiffReader}: that one steps through every component
 * that a tag claims to have, so that a hostile directory of 65,535 large tags in a file of 4 MB
 * keeps it busy for more than ten minutes. Here each tag costs a constant.
 */
record TiffDirectory(
    int width,
    int height,
    int bitsPerSample,
    int orientation,
    int extraSamples,
    int tileWidth,
    int tileHeight) {

  static final int ABSENT = -1;

  private static final int LITTLE_ENDIAN = 0x4949;
  private static final int BIG_ENDIAN = 0x4D4D;
  private static final int MAGIC = 42;
  private static final int ENTRY_BYTES = 12;

  private static final int IMAGE_WIDTH = 256;
  private static final int IMAGE_LENGTH = 257;
  private static final int BITS_PER_SAMPLE = 258;
  private static final int ORIENTATION = 274;
  private static final int TILE_WIDTH = 322;
  private static final int TILE_LENGTH = 323;
  private static final int EXTRA_SAMPLES = 338;

  private static final int BYTE = 1;
  private static final int SHORT = 3;
  private static final int LONG = 4;

  /** Reads the first directory of the structure that starts at an offset. */
  static TiffDirectory readFirst(byte[] bytes, int start) throws IOException {
    RandomAccessReader in = new ByteArrayReader(bytes, start);
    int order = in.getUInt16(0);
    if (order != LITTLE_ENDIAN && order != BIG_ENDIAN) {
      throw new IOException("the byte order is neither II nor MM");
    }
    in.setMotorolaByteOrder(order == BIG_ENDIAN);
    if (in.getUInt16(2) != MAGIC) {
      throw new IOException("the number 42 is not in its place");
    }
    int directory = in.getInt32(4);
    int entries = in.getUInt16(directory);
    int[] tags = {
      IMAGE_WIDTH,
      IMAGE_LENGTH,
      BITS_PER_SAMPLE,
      ORIENTATION,
      EXTRA_SAMPLES,
      TILE_WIDTH,
      TILE_LENGTH
    };
    int[] values = new int[tags.length];
    Arrays.fill(values, ABSENT);
    for (int i = 0; i < entries; i++) {
      int entry = directory + 2 + i * ENTRY_BYTES;
      int tag = in.getUInt16(entry);
      for (int wanted = 0; wanted < tags.length; wanted++) {
        // Of a tag given twice the first counts, as in libtiff, which decodes the picture.
        if (tag == tags[wanted] && values[wanted] == ABSENT) {
          values[wanted] = firstValue(in, entry);
        }
      }
    }
    return new TiffDirectory(
        values[0], values[1], values[2], values[3], values[4], values[5], values[6]);
  }

  private static int firstValue(RandomAccessReader in, int entry) throws IOException {
    int type = in.getUInt16(entry + 2);
    int size = type == BYTE ? 1 : type == SHORT ? 2 : type == LONG ? 4 : 0;
    long count = in.getUInt32(entry + 4);
    if (size == 0 || count == 0) {
      return ABSENT;
    }
    // Values that do not fit four bytes lie elsewhere.
    int at = count * size <= 4 ? entry + 8 : in.getInt32(entry + 8);
    long value = size == 1 ? in.getUInt8(at) : size == 2 ? in.getUInt16(at) : in.getUInt32(at);
    return value <= Integer.MAX_VALUE ? (int) value : ABSENT;
  }
}
