package dev.argus.image;

import com.drew.lang.ByteArrayReader;
import com.drew.lang.RandomAccessReader;
import java.io.IOException;

/**
 * The segments of a JPEG before its first scan (ITU-T T.81, annex B).
 *
 * @param scanStart offset of the first start-of-scan segment: coded data follows
 */
record JpegHeader(int width, int height, int orientation, int scanStart) {
  private static final int TEM = 0x01;
  private static final int SOF0 = 0xC0;
  private static final int DHT = 0xC4;
  private static final int JPG = 0xC8;
  private static final int DAC = 0xCC;
  private static final int SOF15 = 0xCF;
  private static final int RST0 = 0xD0;
  private static final int SOI = 0xD8;
  private static final int EOI = 0xD9;
  private static final int SOS = 0xDA;
  private static final int APP1 = 0xE1;

  static PhotoHeader read(byte[] jpeg) throws IOException {
    JpegHeader header = parse(jpeg);
    return new PhotoHeader(
        PhotoFormat.JPEG.mediaType(), header.width, header.height, header.orientation, false);
  }

  static JpegHeader parse(byte[] jpeg) throws IOException {
    RandomAccessReader in = new ByteArrayReader(jpeg);
    int width = 0;
    int height = 0;
    int exif = -1;
    int at = 2;
    while (true) {
      at = skipToMarker(in, at);
      int marker = in.getUInt8(at++);
      if (marker == SOS) {
        int orientation = exif < 0 ? Exif.UPRIGHT : Exif.orientation(jpeg, exif);
        return new JpegHeader(width, height, orientation, at);
      }
      if (marker == EOI) {
        throw new IOException("the file ends before its picture");
      }
      if (hasNoLength(marker)) {
        continue;
      }
      int length = in.getUInt16(at);
      if (length < 2) {
        throw new IOException("a segment has the length " + length);
      }
      if (isFrame(marker)) {
        height = in.getUInt16(at + 3);
        width = in.getUInt16(at + 5);
      } else if (marker == APP1 && exif < 0 && Exif.hasPrefix(jpeg, at + 2)) {
        exif = at + 2;
      }
      at += length;
    }
  }

  /**
   * Whether the picture's data goes on to its end.
   *
   * <p>libjpeg only warns of an early end and leaves the rest of the picture grey. Coded data never
   * contains the bytes of an end marker (a stuffed zero follows each 0xFF there), so one after the
   * first scan's start shows that the data is whole; one before belongs to a thumbnail. What comes
   * after the end (a phone's second picture, a downloader's garbage) is no matter.
   */
  static boolean isWhole(byte[] jpeg, int scanStart) {
    for (int at = jpeg.length - 2; at >= scanStart; at--) {
      if (jpeg[at] == (byte) 0xFF && jpeg[at + 1] == (byte) EOI) {
        return true;
      }
    }
    return false;
  }

  /** Skips fill bytes, and stray bytes as libjpeg does; the offset of the marker's code. */
  private static int skipToMarker(RandomAccessReader in, int from) throws IOException {
    int at = from;
    while (in.getUInt8(at) != 0xFF) {
      at++;
    }
    while (in.getUInt8(at) == 0xFF) {
      at++;
    }
    return at;
  }

  private static boolean hasNoLength(int marker) {
    return marker <= TEM || (marker >= RST0 && marker <= SOI);
  }

  private static boolean isFrame(int marker) {
    return marker >= SOF0 && marker <= SOF15 && marker != DHT && marker != JPG && marker != DAC;
  }
}
