package dev.argus.image;

import com.drew.lang.ByteArrayReader;
import com.drew.lang.RandomAccessReader;
import java.io.IOException;
import java.util.Arrays;

/**
 * A PNG without what is no part of its picture: comments, profiles, EXIF, animation.
 *
 * <p>libpng reads all of it, though nothing here uses it. A thousand compressed comments, each of
 * eight million bytes in eight thousand, keep it busy for minutes, and a malformed EXIF chunk makes
 * it refuse a good picture.
 */
final class PngPicture {
  private static final int SIGNATURE_BYTES = 8;
  private static final int CHUNK_FRAME_BYTES = 12;
  private static final int TRANSPARENCY = 0x74524E53;

  /** In the first letter of a chunk's type: whether a decoder may do without it. */
  private static final int ANCILLARY = 0x20;

  private PngPicture() {}

  /** The file with its critical chunks and its transparency only. */
  static byte[] of(byte[] png) throws IOException {
    RandomAccessReader in = new ByteArrayReader(png);
    byte[] kept = new byte[png.length];
    System.arraycopy(png, 0, kept, 0, SIGNATURE_BYTES);
    int size = SIGNATURE_BYTES;
    long at = SIGNATURE_BYTES;
    while (at + CHUNK_FRAME_BYTES <= png.length) {
      long next = at + CHUNK_FRAME_BYTES + in.getUInt32((int) at);
      boolean critical = (in.getUInt8((int) at + 4) & ANCILLARY) == 0;
      if (critical || in.getInt32((int) at + 4) == TRANSPARENCY) {
        // A chunk that is cut short stays so: the decoder must see that.
        int length = (int) (Math.min(next, png.length) - at);
        System.arraycopy(png, (int) at, kept, size, length);
        size += length;
      }
      at = next;
    }
    return size == png.length ? png : Arrays.copyOf(kept, size);
  }
}
