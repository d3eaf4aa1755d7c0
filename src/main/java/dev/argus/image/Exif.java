package dev.argus.image;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** The orientation that a camera notes in EXIF metadata. */
final class Exif {
  /** The orientation of a picture that is stored as it is shown. */
  static final int UPRIGHT = 1;

  private static final int MAX_ORIENTATION = 8;
  private static final byte[] PREFIX = "Exif\0\0".getBytes(StandardCharsets.US_ASCII);

  private Exif() {}

  static boolean hasPrefix(byte[] photo, int at) {
    if (at > photo.length - PREFIX.length) {
      return false;
    }
    for (int i = 0; i < PREFIX.length; i++) {
      if (photo[at + i] != PREFIX[i]) {
        return false;
      }
    }
    return true;
  }

  /**
   * The orientation, 1 to 8, in the EXIF data at an offset, with or without its prefix.
   *
   * <p>Metadata that cannot be read says nothing: it is no reason to refuse a photo.
   */
  static int orientation(byte[] photo, int at) {
    int start = hasPrefix(photo, at) ? at + PREFIX.length : at;
    try {
      return orientation(TiffDirectory.readFirst(photo, start));
    } catch (IOException e) {
      return UPRIGHT;
    }
  }

  static int orientation(TiffDirectory directory) {
    int orientation = directory.orientation();
    return orientation > UPRIGHT && orientation <= MAX_ORIENTATION ? orientation : UPRIGHT;
  }
}
