package dev.argus.hostile;

import dev.argus.hostile.BasePhoto.Format;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;

/**
 * Files of at most {@link #MAX_BYTES}, and with no more pixels than Argus takes, that keep a naive
 * reader busy for minutes or fill its memory.
 */
final class HeavyPhotos {
  /** The largest upload that Argus takes. */
  static final int MAX_BYTES = 25 << 20;

  private static final int SIDE = 8000; // all the pixels that Argus takes

  private HeavyPhotos() {}

  /**
   * A progressive JPEG whose scans hold next to nothing: each makes the decoder pass over the whole
   * picture once more.
   */
  static byte[] jpegOfManyScans() {
    BasePhoto progressive =
        BasePhoto.all().stream()
            .filter(base -> base.format() == Format.JPEG && isProgressive(base.bytes()))
            .findFirst()
            .orElseThrow();
    List<byte[]> pieces = Pieces.of(progressive);
    ByteArrayOutputStream file = new ByteArrayOutputStream(MAX_BYTES);
    for (byte[] piece : pieces.subList(0, pieces.size() - 1)) {
      if (piece[1] == (byte) 0xC2) {
        ByteBuffer.wrap(piece).putShort(5, (short) SIDE).putShort(7, (short) SIDE);
      }
      file.writeBytes(piece);
    }
    // One component's mean values, without data: the decoder takes them for zeros.
    byte[] scan = {-1, (byte) 0xDA, 0, 8, 1, 1, 0, 0, 0, 0};
    while (file.size() < MAX_BYTES - scan.length - 2) {
      file.writeBytes(scan);
    }
    file.writeBytes(new byte[] {-1, (byte) 0xD9});
    return file.toByteArray();
  }

  /** A JPEG of as many empty application segments as fit. */
  static byte[] jpegOfManySegments() {
    byte[] jpeg = BasePhoto.all().get(0).bytes();
    byte[] segment = {-1, (byte) 0xE1, 0, 2};
    int count = (MAX_BYTES - jpeg.length) / segment.length;
    return Bytes.concat(
        Arrays.copyOf(jpeg, 2), Bytes.repeated(segment, count), Bytes.from(jpeg, 2));
  }

  private static boolean isProgressive(byte[] jpeg) {
    return new String(jpeg, StandardCharsets.ISO_8859_1).contains("\u00FF\u00C2");
  }

  /** A PNG with a thousand comments, each of eight million zeros in eight thousand bytes. */
  static byte[] pngOfLongComments() {
    byte[] text = Bytes.concat(Bytes.latin1("Comment\0\0"), deflated(new byte[7_900_000]));
    byte[] comment = PngChunk.of("zTXt", text);
    return pngWith(Bytes.repeated(comment, 1000));
  }

  /** A PNG with as much EXIF as fits, each with the same directory of 65,535 entries. */
  static byte[] pngOfManyExifs() {
    byte[] directory = new byte[2 + 0xFFFF * 12];
    directory[0] = -1;
    directory[1] = -1;
    byte[] last = PngChunk.of("teXt", directory);
    int count = (MAX_BYTES - last.length - 100_000) / 20;
    ByteBuffer exifs = ByteBuffer.allocate(count * 20);
    for (int i = 0; i < count; i++) {
      int toDirectory = (count - i) * 20; // from the start of this chunk's data to that of the last
      byte[] exif =
          ByteBuffer.allocate(8)
              .order(ByteOrder.LITTLE_ENDIAN)
              .put(Bytes.latin1("II"))
              .putShort((short) 42)
              .putInt(toDirectory)
              .array();
      exifs.put(PngChunk.of("eXIf", exif));
    }
    return pngWith(Bytes.concat(exifs.array(), last));
  }

  /** A little PNG with these chunks before its pixels. */
  static byte[] pngWith(byte[] chunks) {
    BasePhoto png =
        BasePhoto.all().stream().filter(base -> base.format() == Format.PNG).findFirst().get();
    List<byte[]> pieces = Pieces.of(png);
    return Bytes.concat(
        pieces.get(0),
        pieces.get(1),
        chunks,
        Bytes.concat(pieces.subList(2, pieces.size()).toArray(byte[][]::new)));
  }

  /** A GIF with one extension as long as the file may be; 0xFE is a comment. */
  static byte[] gifOfOneLongExtension(int label) {
    BasePhoto gif =
        BasePhoto.all().stream().filter(base -> base.format() == Format.GIF).findFirst().get();
    List<byte[]> pieces = Pieces.of(gif);
    byte[] block = new byte[256];
    Arrays.fill(block, (byte) 255);
    int blocks = (MAX_BYTES - gif.bytes().length - 20) / block.length;
    byte[] start =
        label == 0xFF
            ? Bytes.concat(new byte[] {0x21, -1, 11}, Bytes.latin1("NETSCAPE2.0"))
            : new byte[] {0x21, (byte) label};
    return Bytes.concat(
        pieces.get(0),
        start,
        Bytes.repeated(block, blocks),
        new byte[1],
        Bytes.concat(pieces.subList(1, pieces.size()).toArray(byte[][]::new)));
  }

  /** A TIFF of one pixel whose one tile has a quarter of a billion, all of them there. */
  static byte[] tiffOfAHugeTile() {
    byte[] tile = deflated(new byte[16_000 * 16_000]);
    int[][] entries = {
      {256, 4, 1, 1},
      {257, 4, 1, 1},
      {258, 3, 1, 8},
      {259, 3, 1, 8}, // deflate
      {262, 3, 1, 1}, // grey
      {277, 3, 1, 1},
      {322, 4, 1, 16_000},
      {323, 4, 1, 16_000},
      {324, 4, 1, 0},
      {325, 4, 1, tile.length},
    };
    int data = 8 + 2 + entries.length * 12 + 4;
    ByteBuffer file = ByteBuffer.allocate(data + tile.length).order(ByteOrder.LITTLE_ENDIAN);
    file.put(Bytes.latin1("II")).putShort((short) 42).putInt(8).putShort((short) entries.length);
    for (int[] entry : entries) {
      int value = entry[0] == 324 ? data : entry[3];
      file.putShort((short) entry[0]).putShort((short) entry[1]).putInt(entry[2]).putInt(value);
    }
    return file.putInt(0).put(tile).array();
  }

  private static byte[] deflated(byte[] bytes) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (DeflaterOutputStream deflater =
        new DeflaterOutputStream(out, new Deflater(Deflater.BEST_COMPRESSION))) {
      deflater.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }
}
