package dev.argus.image;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;

/** Writes PNG files that no encoder would: huge ones of a few kilobytes, odd colour types. */
final class PngFile {
  private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};

  private PngFile() {}

  /** A valid PNG of one black bit for each pixel. */
  static byte[] black(int width, int height) {
    int rowBytes = 1 + (width + 7) / 8;
    byte[] header = ByteBuffer.allocate(13).putInt(width).putInt(height).put((byte) 1).array();
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    try (DeflaterOutputStream deflater = new DeflaterOutputStream(data)) {
      byte[] row = new byte[rowBytes];
      for (int y = 0; y < height; y++) {
        deflater.write(row);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    byte[] head = Variants.concat(SIGNATURE, chunk("IHDR", header));
    byte[] body = Variants.concat(chunk("IDAT", data.toByteArray()), chunk("IEND", new byte[0]));
    return Variants.concat(head, body);
  }

  static byte[] chunk(String type, byte[] data) {
    byte[] typed = Variants.concat(type.getBytes(StandardCharsets.US_ASCII), data);
    CRC32 crc = new CRC32();
    crc.update(typed);
    return ByteBuffer.allocate(8 + typed.length)
        .putInt(data.length)
        .put(typed)
        .putInt((int) crc.getValue())
        .array();
  }
}
