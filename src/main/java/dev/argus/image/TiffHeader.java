package dev.argus.image;

import java.io.IOException;

/** The header of a TIFF: its first directory. */
final class TiffHeader {
  private static final int MAX_BITS_PER_SAMPLE = 16;
  private static final int ASSOCIATED_ALPHA = 1;
  private static final int UNASSOCIATED_ALPHA = 2;

  private TiffHeader() {}

  static PhotoHeader read(byte[] tiff) throws IOException {
    TiffDirectory directory = TiffDirectory.readFirst(tiff, 0);
    if (directory.bitsPerSample() > MAX_BITS_PER_SAMPLE) {
      throw new IOException(
          "at most 16 bits per sample are supported, not " + directory.bitsPerSample());
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
