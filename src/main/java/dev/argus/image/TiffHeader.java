package dev.argus.image;

import java.io.IOException;

/** The header of a TIFF: its first directory. */
final class TiffHeader {
  private static final int MAX_BITS_PER_SAMPLE = 16;

  /**
   * The decoder holds a whole tile in memory, however small the picture; tiles of good files have
   * some hundred pixels a side.
   */
  private static final long MAX_TILE_PIXELS = 4096 * 4096;

  private static final int ASSOCIATED_ALPHA = 1;
  private static final int UNASSOCIATED_ALPHA = 2;

  private TiffHeader() {}

  static PhotoHeader read(byte[] tiff) throws IOException {
    TiffDirectory directory = TiffDirectory.readFirst(tiff, 0);
    if (directory.bitsPerSample() > MAX_BITS_PER_SAMPLE) {
      throw new IOException(
          "at most 16 bits per sample are supported, not " + directory.bitsPerSample());
    }
    if ((long) directory.tileWidth() * directory.tileHeight() > MAX_TILE_PIXELS) {
      throw new IOException(
          "a tile may have %d pixels, not %d x %d"
              .formatted(MAX_TILE_PIXELS, directory.tileWidth(), directory.tileHeight()));
    }
    int extra = directory.extraSamples();
    return new PhotoHeader(
        PhotoFormat.TIFF_LITTLE_ENDIAN.mediaType(),
        directory.width(),
        directory.height(),
        Exif.orientation(directory),
        extra == ASSOCIATED_ALPHA || extra == UNASSOCIATED_ALPHA);
  }
}
