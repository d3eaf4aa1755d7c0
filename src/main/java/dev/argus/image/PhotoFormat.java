package dev.argus.image;

import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;

/** The image formats that Argus takes, each known by its first bytes and never by a file's name. */
enum PhotoFormat {
  JPEG("image/jpeg", JpegHeader::read, 0xFF, 0xD8, 0xFF),
  PNG("image/png", PngHeader::read, 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'),
  WEBP("image/webp", WebpHeader::read, 'R', 'I', 'F', 'F', -1, -1, -1, -1, 'W', 'E', 'B', 'P'),
  GIF("image/gif", GifHeader::read, 'G', 'I', 'F', '8', -1, 'a'),
  BMP("image/bmp", BmpHeader::read, 'B', 'M'),
  TIFF_LITTLE_ENDIAN("image/tiff", TiffHeader::read, 'I', 'I', 42, 0),
  TIFF_BIG_ENDIAN("image/tiff", TiffHeader::read, 'M', 'M', 0, 42);

  /** What a header says; a failure to read it is any {@link IOException}. */
  @FunctionalInterface
  interface HeaderReader {
    PhotoHeader read(byte[] photo) throws IOException;
  }

  private final String mediaType;
  private final HeaderReader reader;

  /** The first bytes, 0 to 255 each; a negative one stands for any byte. */
  private final int[] magic;

  PhotoFormat(String mediaType, HeaderReader reader, int... magic) {
    this.mediaType = mediaType;
    this.reader = reader;
    this.magic = magic;
  }

  String mediaType() {
    return mediaType;
  }

  PhotoHeader readHeader(byte[] photo) throws IOException {
    return reader.read(photo);
  }

  static Optional<PhotoFormat> of(byte[] photo) {
    return Arrays.stream(values()).filter(format -> format.begins(photo)).findFirst();
  }

  private boolean begins(byte[] photo) {
    if (photo.length < magic.length) {
      return false;
    }
    for (int i = 0; i < magic.length; i++) {
      if (magic[i] >= 0 && magic[i] != (photo[i] & 0xFF)) {
        return false;
      }
    }
    return true;
  }
}
