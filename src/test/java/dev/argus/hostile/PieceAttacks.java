package dev.argus.hostile;

import dev.argus.hostile.BasePhoto.Format;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Attacks on the structure: segments, chunks and blocks repeated, moved, mixed, or lying. */
final class PieceAttacks {
  private static final int MAX_REPEATS = 300;

  private PieceAttacks() {}

  static Draft reordered(BasePhoto base, Random random) {
    List<byte[]> pieces = new ArrayList<>(Pieces.of(base));
    if (random.nextBoolean()) {
      Collections.shuffle(pieces.subList(1, pieces.size()), random);
      return draft("the pieces of a " + base + " shuffled", base, pieces, random);
    }
    Collections.swap(pieces, random.nextInt(pieces.size()), random.nextInt(pieces.size()));
    return draft("two pieces of a " + base + " swapped", base, pieces, random);
  }

  static Draft withoutAPiece(BasePhoto base, Random random) {
    List<byte[]> pieces = new ArrayList<>(Pieces.of(base));
    int gone = random.nextInt(pieces.size());
    pieces.remove(gone);
    return draft("a " + base + " without piece " + gone, base, pieces, random);
  }

  /** Also what makes a GIF of many frames, and a TIFF of many equal tags. */
  static Draft withAPieceRepeated(BasePhoto base, Random random) {
    List<byte[]> pieces = new ArrayList<>(Pieces.of(base));
    int which = random.nextInt(pieces.size());
    int times = 1 + random.nextInt(random.nextInt(4) == 0 ? MAX_REPEATS : 3);
    pieces.add(which, Bytes.repeated(pieces.get(which), times));
    return draft("a " + base + " with piece " + which + " repeated " + times, base, pieces, random);
  }

  static Draft withAPieceOfAnother(BasePhoto base, BasePhoto other, Random random) {
    List<byte[]> pieces = new ArrayList<>(Pieces.of(base));
    List<byte[]> others = Pieces.of(other);
    byte[] foreign = others.get(random.nextInt(others.size()));
    int where = random.nextInt(pieces.size());
    if (random.nextBoolean()) {
      pieces.set(where, foreign);
    } else {
      pieces.add(where, foreign);
    }
    return draft("a " + base + " with a piece of a " + other, base, pieces, random);
  }

  /** The first bytes of one file, then all of another without its own first bytes. */
  static Draft spliced(BasePhoto base, BasePhoto other, Random random) {
    int cut = 1 + random.nextInt(Math.min(base.bytes().length, other.bytes().length) - 1);
    byte[] bytes =
        Bytes.concat(java.util.Arrays.copyOf(base.bytes(), cut), Bytes.from(other.bytes(), cut));
    return Draft.either("a " + base + " that goes on as a " + other + " at " + cut, bytes);
  }

  /** The length that a piece claims is not the length it has. */
  static Draft withALyingLength(BasePhoto base, Random random) {
    List<byte[]> pieces = new ArrayList<>(Pieces.of(base));
    int which = 1 + random.nextInt(pieces.size() - 1);
    byte[] piece = pieces.get(which).clone();
    int at =
        switch (base.format()) {
          case JPEG, GIF -> 2;
          case WEBP, TIFF -> 4;
          case PNG -> 0;
          case BMP -> 6;
        };
    int[] lies = {0, 1, -1, Integer.MAX_VALUE, Integer.MIN_VALUE, random.nextInt(1000)};
    int lie = lies[random.nextInt(lies.length)];
    ByteBuffer buffer = ByteBuffer.wrap(piece);
    if (base.format() == Format.WEBP || base.format() == Format.TIFF) {
      buffer.order(ByteOrder.LITTLE_ENDIAN);
    }
    if (piece.length >= at + Integer.BYTES) {
      if (base.format() == Format.JPEG) {
        buffer.putShort(at, (short) lie);
      } else if (base.format() == Format.GIF) {
        buffer.put(at, (byte) lie);
      } else {
        buffer.putInt(at, lie);
      }
    }
    pieces.set(which, piece);
    return draft(
        "a " + base + " whose piece " + which + " claims " + lie + " bytes", base, pieces, random);
  }

  /** A TIFF's entry says another type, count or place; or its directories go in a circle. */
  static Draft withALyingEntry(BasePhoto tiff, Random random) {
    byte[] bytes = tiff.bytes().clone();
    ByteBuffer buffer = Pieces.tiffBuffer(bytes);
    int directory = buffer.getInt(4);
    int entries = Short.toUnsignedInt(buffer.getShort(directory));
    if (random.nextInt(6) == 0) {
      buffer.putInt(directory + 2 + entries * 12, directory);
      return Draft.either("a TIFF whose directory is followed by itself", bytes);
    }
    int entry = directory + 2 + random.nextInt(entries) * 12;
    int tag = Short.toUnsignedInt(buffer.getShort(entry));
    int[] values = {0, 1, -1, 65_536, directory, Integer.MAX_VALUE, random.nextInt(), 32_768};
    int value = values[random.nextInt(values.length)];
    String what;
    switch (random.nextInt(4)) {
      case 0 -> {
        buffer.putShort(entry + 2, (short) random.nextInt(20));
        what = "type";
      }
      case 1 -> {
        buffer.putInt(entry + 4, value);
        what = "count " + value;
      }
      case 2 -> {
        // As a LONG, for a SHORT takes no large ones.
        buffer.putShort(entry + 2, (short) 4).putInt(entry + 4, 1).putInt(entry + 8, value);
        what = "value " + value;
      }
      default -> {
        // Another tag: tiles, planes, predictors, subsampling, old-style JPEG.
        int[] tags = {259, 262, 266, 277, 278, 284, 317, 322, 323, 324, 325, 338, 339, 347, 512};
        buffer.putShort(entry, (short) tags[random.nextInt(tags.length)]);
        what = "tag";
      }
    }
    return Draft.either("a TIFF whose tag " + tag + " has another " + what, bytes);
  }

  private static Draft draft(String recipe, BasePhoto base, List<byte[]> pieces, Random random) {
    byte[] bytes = Bytes.concat(pieces.toArray(byte[][]::new));
    return base.format() == Format.PNG && random.nextBoolean()
        ? Draft.either(recipe + ", sealed", Pieces.sealed(bytes))
        : Draft.either(recipe, bytes);
  }
}
