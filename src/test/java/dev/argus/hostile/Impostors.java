package dev.argus.hostile;

import dev.argus.hostile.BasePhoto.Format;
import dev.argus.image.Variants;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** What is no photo, what is a photo and something else as well, and what hides in a photo. */
final class Impostors {
  private static final String ZIP = "PK\3\4\24\0\0\0\10\0";

  /** None of them begins as a photo does. */
  private static final List<String> OTHERS =
      List.of(
          "<!doctype html><script>alert(document.domain)</script>",
          "<?xml version=\"1.0\"?><!DOCTYPE l [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;&a;\">]>"
              + "<svg xmlns=\"http://www.w3.org/2000/svg\"><text>&b;</text></svg>",
          "<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>",
          "push graphic-context\nviewbox 0 0 640 480\nfill 'url(https://127.0.0.1/x)'\n",
          "%PDF-1.7\n1 0 obj <</Type/Catalog>> endobj\n",
          "%!PS-Adobe-3.0 EPSF-3.0\n(/etc/passwd) (r) file\n",
          "#!/bin/sh\nrm -rf \"$HOME\"\n",
          "\177ELF\2\1\1\0\0\0\0\0\0\0\0\0\2\0>\0",
          "MZ\220\0\3\0\0\0\4\0\0\0\377\377\0\0",
          ZIP,
          "\37\213\10\0\0\0\0\0",
          "{\"image\": \"data:image/png;base64,iVBORw0KGgo=\"}",
          "GIF87b", // neither 87a nor 89a
          "\0\0\0\30ftypheic\0\0\0\0mif1heic",
          "\0\0\0\34ftypavif\0\0\0\0avifmif1",
          "\0\0\0\fjP  \r\n\207\n",
          "\0\0\1\0\1\0\20\20\0\0\1\0\30\0",
          "8BPS\0\1\0\0\0\0\0\0\0\3",
          "RIFF\4\0\0\0AVI LIST",
          "ID3\3\0\0\0\0\0\0",
          "FWS\11\1\0\0\0",
          "qoif\0\0\0\1\0\0\0\1\3\0",
          "v/1\1\2\0\0\0",
          "just a text",
          "");

  private Impostors() {}

  static Draft other(Random random) {
    byte[] start = Bytes.latin1(OTHERS.get(random.nextInt(OTHERS.size())));
    if (start.length == 0) {
      return Draft.refused("nothing at all", start);
    }
    byte[] rest = new byte[random.nextInt(2000)];
    if (random.nextBoolean()) {
      random.nextBytes(rest);
    }
    String shown = new String(start, 0, Math.min(8, start.length), StandardCharsets.ISO_8859_1);
    return Draft.refused("what begins with " + shown, Bytes.concat(start, rest));
  }

  static Draft nothingButOneByte(Random random) {
    byte[] bytes = new byte[1 + random.nextInt(5000)];
    Arrays.fill(bytes, (byte) (random.nextBoolean() ? 0 : random.nextInt(256)));
    return Draft.refused(bytes.length + " times the byte " + bytes[0], bytes);
  }

  /** The signature of one format before the whole file of another. */
  static Draft signatureBefore(BasePhoto base, BasePhoto other) {
    byte[] signature = Arrays.copyOf(base.bytes(), base.format() == Format.WEBP ? 12 : 8);
    return Draft.either(
        "the signature of a " + base + " before a " + other,
        Bytes.concat(signature, other.bytes()));
  }

  /** A good photo that is an archive, a page or another photo to whoever reads it from its end. */
  static Draft withATail(BasePhoto base, BasePhoto other, Random random) {
    byte[] tail =
        random.nextInt(3) == 0
            ? other.bytes()
            : Bytes.latin1(OTHERS.get(random.nextInt(OTHERS.size())));
    return Draft.taken(
        "a " + base + " with a tail of " + tail.length + " bytes",
        Bytes.concat(base.bytes(), tail));
  }

  static Draft behindAHead(BasePhoto base, Random random) {
    byte[] head = Bytes.latin1(OTHERS.get(random.nextInt(OTHERS.size() - 1)));
    return Draft.refused(
        "a " + base + " behind " + head.length + " bytes of something else",
        Bytes.concat(head, base.bytes()));
  }

  /** A comment that is a page, which nobody may ever show as one. */
  static Draft withAComment(BasePhoto base, Random random) {
    byte[] text = Bytes.latin1(OTHERS.get(random.nextInt(OTHERS.size())));
    List<byte[]> pieces = Pieces.of(base);
    byte[] comment =
        base.format() == Format.JPEG
            ? Bytes.concat(new byte[] {-1, (byte) 0xFE, 0, (byte) (text.length + 2)}, text)
            : PngChunk.of("tEXt", Bytes.concat(Bytes.latin1("Comment\0"), text));
    int at = base.format() == Format.JPEG ? 1 : 2;
    return Draft.taken("a " + base + " with a comment", inserted(pieces, at, comment));
  }

  /** Metadata that cannot be read, or says nonsense, is no reason to refuse a photo. */
  static Draft withAbsurdExif(BasePhoto base, Random random) {
    byte[] exif = Variants.exif(random.nextInt(65_536));
    String what = "an orientation of its own";
    switch (random.nextInt(5)) {
      case 0 -> {
        exif[22] = 8; // the next directory is this one
        what = "a directory that is followed by itself";
      }
      case 1 -> {
        exif[4] = (byte) random.nextInt(256);
        exif[7] = (byte) random.nextInt(256);
        what = "a directory somewhere else";
      }
      case 2 -> {
        exif[8] = -1;
        exif[9] = -1;
        what = "65,535 entries";
      }
      case 3 -> {
        random.nextBytes(exif);
        what = "noise";
      }
      default -> {
        // The orientation alone.
      }
    }
    List<byte[]> pieces = Pieces.of(base);
    byte[] data = Bytes.concat(Bytes.latin1("Exif\0\0"), exif);
    byte[] inserted =
        base.format() == Format.JPEG
            ? inserted(
                pieces,
                1,
                Bytes.concat(new byte[] {-1, (byte) 0xE1, 0, (byte) (data.length + 2)}, data))
            : inserted(pieces, 2, PngChunk.of("eXIf", exif));
    return Draft.taken("a " + base + " whose EXIF has " + what, inserted);
  }

  private static byte[] inserted(List<byte[]> pieces, int at, byte[] more) {
    return Bytes.concat(
        Bytes.concat(pieces.subList(0, at).toArray(byte[][]::new)),
        more,
        Bytes.concat(pieces.subList(at, pieces.size()).toArray(byte[][]::new)));
  }
}
