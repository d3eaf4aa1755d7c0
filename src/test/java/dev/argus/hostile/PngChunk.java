package dev.argus.hostile;

import java.nio.ByteBuffer;
import java.util.zip.CRC32;

/** Writes the chunks of a PNG. */
final class PngChunk {
  private PngChunk() {}

  /** A chunk with its length and checksum. */
  static byte[] of(String type, byte[] data) {
    byte[] typed = Bytes.concat(Bytes.latin1(type), data);
    CRC32 crc = new CRC32();
    crc.update(typed);
    return ByteBuffer.allocate(8 + typed.length)
        .putInt(data.length)
        .put(typed)
        .putInt((int) crc.getValue())
        .array();
  }
}
