package dev.argus.hostile;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;

/** The segments, chunks or blocks that a good file of each format is made of. */
final class Pieces {
  private static final int PNG_SIGNATURE = 8;
  private static final int PNG_CHUNK_FRAME = 12;
  private static final int RIFF_HEADER = 12;
  private static final int BMP_HEADER = 14;
  private static final int BMP_INFO = 40;
  private static final int TIFF_ENTRY = 12;

  private Pieces() {}

  /** The file cut into pieces: together they are the file. */
  static List<byte[]> of(BasePhoto photo) {
    byte[] file = photo.bytes();
    List<Integer> cuts =
        switch (photo.format()) {
          case JPEG -> jpeg(file);
          case PNG -> png(file);
          case WEBP -> webp(file);
          case GIF -> gif(file);
          case TIFF -> tiff(file);
          case BMP -> List.of(BMP_HEADER, BMP_HEADER + BMP_INFO);
        };
    List<byte[]> pieces = new ArrayList<>();
    int from = 0;
    for (int cut : cuts) {
      pieces.add(Arrays.copyOfRange(file, from, cut));
      from = cut;
    }
    pieces.add(Bytes.from(file, from));
    return pieces;
  }

  /** Segments up to the first scan; the scans stay together with what follows. */
  private static List<Integer> jpeg(byte[] file) {
    ByteBuffer in = ByteBuffer.wrap(file);
    List<Integer> cuts = new ArrayList<>();
    int at = 2;
    while (file[at + 1] != (byte) 0xDA) {
      cuts.add(at);
      at += 2 + Short.toUnsignedInt(in.getShort(at + 2));
    }
    cuts.add(at);
    return cuts;
  }

  private static List<Integer> png(byte[] file) {
    ByteBuffer in = ByteBuffer.wrap(file);
    List<Integer> cuts = new ArrayList<>();
    for (int at = PNG_SIGNATURE; at < file.length; at += PNG_CHUNK_FRAME + in.getInt(at)) {
      cuts.add(at);
    }
    return cuts;
  }

  private static List<Integer> webp(byte[] file) {
    ByteBuffer in = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    List<Integer> cuts = new ArrayList<>();
    for (int at = RIFF_HEADER; at < file.length; ) {
      cuts.add(at);
      int length = in.getInt(at + 4);
      at += 8 + length + (length & 1);
    }
    return cuts;
  }

  private static List<Integer> gif(byte[] file) {
    List<Integer> cuts = new ArrayList<>();
    int at = 13 + colourTable(file[10]);
    while (file[at] != 0x3B) {
      cuts.add(at);
      // A graphic control or other extension, or an image: descriptor, own colours, code size.
      at += file[at] == 0x21 ? 2 : 11 + colourTable(file[at + 9]);
      while (file[at] != 0) {
        at += 1 + Byte.toUnsignedInt(file[at]);
      }
      at++;
    }
    cuts.add(at);
    return cuts;
  }

  private static int colourTable(byte flags) {
    return (flags & 0x80) == 0 ? 0 : 3 << ((flags & 7) + 1);
  }

  /** The entries of the first directory, wherever it lies. */
  private static List<Integer> tiff(byte[] file) {
    ByteBuffer in = tiffBuffer(file);
    int directory = in.getInt(4);
    int entries = Short.toUnsignedInt(in.getShort(directory));
    List<Integer> cuts = new ArrayList<>();
    for (int i = 0; i <= entries; i++) {
      cuts.add(directory + 2 + i * TIFF_ENTRY);
    }
    return cuts;
  }

  static ByteBuffer tiffBuffer(byte[] file) {
    return ByteBuffer.wrap(file)
        .order(file[0] == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
  }

  /** A PNG with the right checksum for each chunk, so that the change reaches the decoder. */
  static byte[] sealed(byte[] png) {
    byte[] result = png.clone();
    ByteBuffer buffer = ByteBuffer.wrap(result);
    int at = PNG_SIGNATURE;
    while (at + PNG_CHUNK_FRAME <= result.length) {
      long next = (long) at + PNG_CHUNK_FRAME + Integer.toUnsignedLong(buffer.getInt(at));
      if (next > result.length) {
        break;
      }
      CRC32 crc = new CRC32();
      crc.update(result, at + 4, (int) next - at - 8);
      buffer.putInt((int) next - 4, (int) crc.getValue());
      at = (int) next;
    }
    return result;
  }
}
