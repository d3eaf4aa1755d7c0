package dev.argus.image;

import com.drew.lang.ByteArrayReader;
import com.drew.lang.RandomAccessReader;
import java.io.IOException;

/**
 * The header of a Windows bitmap.
 *
 * <p>A fourth channel of a bitmap is padding more often than transparency, so it is ignored.
 */
final class BmpHeader {
  private static final int INFO = 14;
  private static final int CORE_INFO_BYTES = 12;

  private BmpHeader() {}

  static PhotoHeader read(byte[] bmp) throws IOException {
    RandomAccessReader in = new ByteArrayReader(bmp);
    in.setMotorolaByteOrder(false);
    boolean core = in.getInt32(INFO) == CORE_INFO_BYTES;
    int width = core ? in.getUInt16(INFO + 4) : in.getInt32(INFO + 4);
    // A negative height means that the rows go from top to bottom.
    int height = core ? in.getUInt16(INFO + 6) : Math.abs(in.getInt32(INFO + 8));
    return new PhotoHeader(PhotoFormat.BMP.mediaType(), width, height, Exif.UPRIGHT, false);
  }
}
