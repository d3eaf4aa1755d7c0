package dev.argus.image;

import com.drew.lang.ByteArrayReader;
import com.drew.lang.RandomAccessReader;
import java.io.IOException;

/**
 * The header of a PNG: its IHDR chunk, and the chunks for transparency and EXIF wherever they are.
 */
final class PngHeader {
  private static final int SIGNATURE_BYTES = 8;
  private static final int CHUNK_HEAD_BYTES = 8;
  private static final int CRC_BYTES = 4;
  private static final int IHDR = 0x49484452;
  private static final int IEND = 0x49454E44;
  private static final int TRANSPARENCY = 0x74524E53;
  private static final int EXIF = 0x65584966;

  /** Flags of the colour type. */
  private static final int COLOUR = 2;

  private static final int ALPHA = 4;

  private PngHeader() {}

  static PhotoHeader read(byte[] png) throws IOException {
    RandomAccessReader in = new ByteArrayReader(png);
    if (in.getInt32(SIGNATURE_BYTES + 4) != IHDR) {
      throw new IOException("the first chunk is not IHDR");
    }
    int data = SIGNATURE_BYTES + CHUNK_HEAD_BYTES;
    int width = in.getInt32(data);
    int height = in.getInt32(data + 4);
    int colourType = in.getUInt8(data + 9);
    boolean transparent = (colourType & ALPHA) != 0;
    int exif = -1;

    long at = SIGNATURE_BYTES;
    while (at + CHUNK_HEAD_BYTES <= png.length) {
      long length = in.getUInt32((int) at);
      int type = in.getInt32((int) at + 4);
      if (type == IEND) {
        break;
      } else if (type == TRANSPARENCY) {
        // OpenCV knows no single transparent grey: such a picture stays opaque.
        transparent |= (colourType & COLOUR) != 0;
      } else if (type == EXIF && exif < 0) {
        // Of several the first counts. To read each could take hours: they may share a directory.
        exif = (int) at + CHUNK_HEAD_BYTES;
      }
      at += CHUNK_HEAD_BYTES + length + CRC_BYTES;
    }
    int orientation = exif < 0 ? Exif.UPRIGHT : Exif.orientation(png, exif);
    return new PhotoHeader(PhotoFormat.PNG.mediaType(), width, height, orientation, transparent);
  }
}
