package dev.argus.image;

import com.drew.lang.ByteArrayReader;
import com.drew.lang.RandomAccessReader;
import java.io.IOException;

/** The header of a GIF: its logical screen (GIF89a, section 18). */
final class GifHeader {
  private GifHeader() {}

  static PhotoHeader read(byte[] gif) throws IOException {
    RandomAccessReader in = new ByteArrayReader(gif);
    in.setMotorolaByteOrder(false);
    return new PhotoHeader(
        PhotoFormat.GIF.mediaType(), in.getUInt16(6), in.getUInt16(8), Exif.UPRIGHT, false);
  }
}
