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
  /**
   * Far more than photos have: metadata comes in segments of 64 KB, so that the largest upload has
   * some 400. libjpeg keeps them in a list and walks all of it to append to it.
   */
  private static final int MAX_SEGMENTS = 4096;

  /**
   * Ten times what encoders write, and what libtiff takes. A scan may be ten bytes long, and yet
   * makes the decoder pass over the whole picture.
   */
  private static final int MAX_SCANS = 100;

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
    int segments = 0;
    int at = 2;
    while (true) {
      at = skipToMarker(in, at);
      int marker = in.getUInt8(at++);
      if (++segments > MAX_SEGMENTS) {
        throw new IOException("it has more than " + MAX_SEGMENTS + " segments before its picture");
      }
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
   * Follows the picture's data to its end marker.
   *
   * <p>libjpeg only warns of an early end and leaves the rest of the picture grey. Coded data never
   * contains the bytes of a marker (a stuffed zero follows each 0xFF there), and segments between
   * scans are passed by their length. What comes after the end (a phone's second picture, a
   * downloader's garbage) is no matter.
   *
   * @throws IOException if there is no end, or if there are more than {@value #MAX_SCANS} scans
   */
  static void checkScans(byte[] jpeg, int scanStart) throws IOException {
    RandomAccessReader in = new ByteArrayReader(jpeg);
    int scans = 1;
    int at = scanStart + in.getUInt16(scanStart);
    while (true) {
      while (at < jpeg.length && jpeg[at] != (byte) 0xFF) {
        at++;
      }
      int marker = at + 1 < jpeg.length ? jpeg[at + 1] & 0xFF : -1;
      if (marker < 0) {
        throw new IOException("it ends within its picture: send it again");
      } else if (marker == EOI) {
        return;
      } else if (marker == 0xFF) {
        at++;
      } else if (hasNoLength(marker)) {
        at += 2;
      } else if (marker == SOS && ++scans > MAX_SCANS) {
        throw new IOException("it has more than " + MAX_SCANS + " scans");
      } else {
        at += 2 + (at + 3 < jpeg.length ? in.getUInt16(at + 2) : 0);
      }
    }
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
