package dev.argus.image;

import com.drew.imaging.FileType;
import com.drew.imaging.FileTypeDetector;
import dev.argus.config.ImageSettings;
import dev.argus.protocol.PhotoException;
import dev.argus.protocol.Problem;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.HexFormat;
import java.util.Locale;

/**
 * What the first bytes of a photo say about it, read without decoding a pixel.
 *
 * <p>Reading allocates next to nothing and takes time at most linear in the length of the photo,
 * whatever the bytes are: it runs on every upload.
 *
 * @param mediaType such as {@code image/jpeg}; from the content, not from the sender's claim
 * @param width pixels in a row, as stored
 * @param height rows, as stored: orientations 5 to 8 swap the sides when shown
 * @param orientation 1 to 8, as EXIF's tag 274 numbers them; 1 if the photo names none
 * @param transparent whether pixels may be transparent (never known for GIF, where it is false)
 */
public record PhotoHeader(
    String mediaType, int width, int height, int orientation, boolean transparent) {

  /** How many bytes a message quotes from a photo of unknown type. */
  private static final int QUOTED_BYTES = 4;

  /**
   * Reads and checks the header of a photo.
   *
   * @throws PhotoException if the type is not supported, the header cannot be read, or there are
   *     more pixels than {@link ImageSettings#maxPixels}
   */
  public static PhotoHeader read(byte[] photo, ImageSettings limits) {
    return read(format(photo), photo, limits);
  }

  static PhotoHeader read(PhotoFormat format, byte[] photo, ImageSettings limits) {
    PhotoHeader header;
    try {
      header = format.readHeader(photo);
    } catch (IOException e) {
      throw Undecodable.because(
          "Expected the header of a whole %s file, found one that cannot be read: %s"
              .formatted(format.mediaType(), e.getMessage()),
          e);
    }
    checkSize(header.width, header.height, limits);
    return header;
  }

  /** The format of a photo, by its first bytes. */
  static PhotoFormat format(byte[] photo) {
    if (photo.length == 0) {
      throw Undecodable.because("Expected the bytes of an image file, found nothing");
    }
    return PhotoFormat.of(photo)
        .orElseThrow(
            () ->
                new PhotoException(
                    Problem.Kind.UNSUPPORTED_TYPE.because(
                        "Expected a JPEG, PNG, WebP, GIF, BMP or TIFF image, found "
                            + describe(photo))));
  }

  static void checkSize(int width, int height, ImageSettings limits) {
    if (width <= 0 || height <= 0) {
      throw Undecodable.because(
          "Expected a picture of at least one pixel, found %d x %d".formatted(width, height));
    }
    long pixels = (long) width * height;
    if (pixels > limits.maxPixels()) {
      throw new PhotoException(
          Problem.Kind.TOO_MANY_PIXELS.because(
              "Expected at most %d pixels, found %d x %d = %d: send a smaller picture"
                  .formatted(limits.maxPixels(), width, height, pixels)));
    }
  }

  /** A name that people know (HEIF, PDF), or else the first bytes. */
  private static String describe(byte[] photo) {
    try {
      FileType type = FileTypeDetector.detectFileType(new ByteArrayInputStream(photo));
      if (type != FileType.Unknown) {
        return type.getName().toUpperCase(Locale.ROOT);
      }
    } catch (IOException e) {
      // Fewer bytes than the detector wants: they are quoted instead.
    }
    String hex =
        HexFormat.ofDelimiter(" ").formatHex(photo, 0, Math.min(QUOTED_BYTES, photo.length));
    return "something else (it begins with the bytes " + hex + ")";
  }
}
