package dev.argus.image;

import com.drew.lang.ByteArrayReader;
import com.drew.lang.RandomAccessReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;

/** The blocks of a GIF (GIF89a, sections 16 to 27). */
final class GifBlocks {
  private static final int SCREEN_END = 13;
  private static final int SCREEN_FLAGS = 10;
  private static final int IMAGE = 0x2C;
  private static final int IMAGE_FLAGS = 9;
  private static final int IMAGE_HEAD_BYTES = 11; // with the code size before the data
  private static final int EXTENSION = 0x21;
  private static final int GRAPHIC_CONTROL = 0xF9;
  private static final int GRAPHIC_CONTROL_BYTES = 8;
  private static final int TRAILER = 0x3B;

  private GifBlocks() {}

  /**
   * A GIF of the first frame alone: what comes after it goes, and so do comments and extensions of
   * applications, since ImageIO gathers each in an array that it copies for every 255 bytes.
   *
   * @throws IOException if there is no whole frame
   */
  static byte[] firstFrame(byte[] gif) throws IOException {
    RandomAccessReader in = new ByteArrayReader(gif);
    ByteArrayOutputStream frame = new ByteArrayOutputStream(gif.length);
    int at = SCREEN_END + colourTableBytes(in.getUInt8(SCREEN_FLAGS));
    in.getUInt8(at); // all of the colours are there
    frame.write(gif, 0, at);
    while (true) {
      switch (in.getUInt8(at)) {
        case EXTENSION -> {
          int end = skipSubBlocks(in, at + 2);
          if (in.getUInt8(at + 1) == GRAPHIC_CONTROL && end - at == GRAPHIC_CONTROL_BYTES) {
            frame.write(gif, at, end - at);
          }
          at = end;
        }
        case IMAGE -> {
          int colours = colourTableBytes(in.getUInt8(at + IMAGE_FLAGS));
          int end = skipSubBlocks(in, at + IMAGE_HEAD_BYTES + colours);
          frame.write(gif, at, end - at);
          frame.write(TRAILER);
          return frame.toByteArray();
        }
        default -> throw new IOException("there is no picture in it");
      }
    }
  }

  private static int colourTableBytes(int flags) {
    return (flags & 0x80) == 0 ? 0 : 3 << (flags & 7) + 1;
  }

  private static int skipSubBlocks(RandomAccessReader in, int from) throws IOException {
    int at = from;
    int length;
    do {
      length = in.getUInt8(at);
      at += 1 + length;
    } while (length > 0);
    return at;
  }
}
