package dev.argus.image;

import dev.argus.config.ImageSettings;
import dev.argus.protocol.PhotoException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import org.opencv.core.CvException;
import org.opencv.core.Mat;
import org.opencv.core.MatOfByte;
import org.opencv.core.Rect;
import org.opencv.core.Size;
import org.opencv.imgcodecs.Imgcodecs;
import org.opencv.imgproc.Imgproc;

/**
 * Turns the bytes of a photo into a network's input: header checked, decoded no larger than the
 * network needs, the centre square cut out, shrunk, turned upright, laid over white, normalised.
 *
 * <p>Not safe for use by several threads: the input it returns is its own buffer. Give each thread
 * a decoder of its own. Uses one core.
 */
public final class PhotoDecoder implements AutoCloseable {
  /** What libjpeg can shrink by while it decodes, and the flags of OpenCV for it. */
  private static final int[][] REDUCTIONS = {
    {8, Imgcodecs.IMREAD_REDUCED_COLOR_8},
    {4, Imgcodecs.IMREAD_REDUCED_COLOR_4},
    {2, Imgcodecs.IMREAD_REDUCED_COLOR_2},
  };

  private final ImageSettings limits;
  private final int size;
  private final boolean reduced;
  private final TensorWriter writer;
  private final FloatBuffer tensor;
  private final Mat shrunk;

  /** A decoder for photos within the limits, into the format that a network wants. */
  public PhotoDecoder(ImageSettings limits, InputFormat format) {
    this(limits, format, true);
  }

  /**
   * @param reduced whether JPEGs are decoded at the smallest sufficient scale; tests compare
   */
  PhotoDecoder(ImageSettings limits, InputFormat format, boolean reduced) {
    OpenCvLibrary.load();
    this.limits = limits;
    this.size = format.size();
    this.reduced = reduced;
    this.writer = new TensorWriter(format);
    this.tensor =
        ByteBuffer.allocateDirect(format.values() * Float.BYTES)
            .order(ByteOrder.nativeOrder())
            .asFloatBuffer();
    this.shrunk = new Mat();
  }

  /**
   * Decodes a photo.
   *
   * @return the network's input, NCHW for one photo, red first; valid until the next call
   * @throws PhotoException if the photo is of an unsupported type, has too many pixels or cannot be
   *     decoded, be it only in part
   */
  public FloatBuffer decode(byte[] photo) {
    PhotoFormat format = PhotoHeader.format(photo);
    PhotoHeader header = PhotoHeader.read(format, photo, limits);
    try {
      Mat picture = decode(format, header, photo);
      try {
        shrink(picture, header.transparent(), isTiff(format));
      } finally {
        picture.release();
      }
      writer.write(shrunk, isTiff(format) ? Exif.UPRIGHT : header.orientation(), tensor);
      return tensor;
    } catch (PhotoException e) {
      throw e;
    } catch (Exception e) {
      // OpenCV's native half throws more than CvException, unchecked and undeclared.
      throw failure(format, e);
    }
  }

  private Mat decode(PhotoFormat format, PhotoHeader header, byte[] photo) throws IOException {
    return switch (format) {
      case JPEG -> {
        JpegHeader.checkScans(photo, JpegHeader.parse(photo).scanStart());
        yield decode(format, photo, scale(Math.min(header.width(), header.height())));
      }
      case GIF -> GifFrame.first(photo, limits, size);
      case PNG -> decode(format, PngPicture.of(photo), flags(header));
      default -> decode(format, photo, flags(header));
    };
  }

  /**
   * IMREAD_COLOR drops transparency and makes the rest 8 bits in blue, green and red;
   * IMREAD_UNCHANGED keeps it, and whatever form the file has.
   */
  private static int flags(PhotoHeader header) {
    return header.transparent() ? Imgcodecs.IMREAD_UNCHANGED : Imgcodecs.IMREAD_COLOR;
  }

  private static Mat decode(PhotoFormat format, byte[] photo, int flags) {
    MatOfByte bytes = new MatOfByte(photo);
    try {
      // UNCHANGED is -1: it ignores the orientation by itself.
      Mat picture =
          Imgcodecs.imdecode(
              bytes, flags < 0 ? flags : flags | Imgcodecs.IMREAD_IGNORE_ORIENTATION);
      if (picture.empty()) {
        throw Undecodable.because(
            "Expected a whole %s file, found one that is cut short, damaged or of a kind that is not supported"
                .formatted(format.mediaType()));
      }
      return picture;
    } finally {
      bytes.release();
    }
  }

  /** The smallest scale whose short side still covers the network's input. */
  private int scale(int shortSide) {
    for (int[] reduction : REDUCTIONS) {
      if (reduced && shortSide / reduction[0] >= size) {
        return reduction[1];
      }
    }
    return Imgcodecs.IMREAD_COLOR;
  }

  /** Cuts the square out of the centre and brings it to the network's size. */
  private void shrink(Mat picture, boolean transparent, boolean premultiplied) {
    int side = Math.min(picture.cols(), picture.rows());
    Rect centre = new Rect((picture.cols() - side) / 2, (picture.rows() - side) / 2, side, side);
    Mat square = picture.submat(centre);
    Mat blendable = new Mat();
    try {
      if (transparent) {
        Alpha.premultiply(square, premultiplied, blendable);
      }
      // Averaging over areas is right for shrinking only; to enlarge it repeats pixels.
      int method = side >= size ? Imgproc.INTER_AREA : Imgproc.INTER_LINEAR;
      Size wanted = new Size(size, size);
      Imgproc.resize(transparent ? blendable : square, shrunk, wanted, 0, 0, method);
    } finally {
      blendable.release();
      square.release();
    }
  }

  /** OpenCV turns TIFFs by itself, whatever the flags, and multiplies their colours by alpha. */
  private static boolean isTiff(PhotoFormat format) {
    return format == PhotoFormat.TIFF_LITTLE_ENDIAN || format == PhotoFormat.TIFF_BIG_ENDIAN;
  }

  private static RuntimeException failure(PhotoFormat format, Exception cause) {
    if (cause instanceof CvException && cause.getMessage().contains("Insufficient memory")) {
      OutOfMemoryError error = new OutOfMemoryError("OpenCV: " + cause.getMessage());
      error.initCause(cause);
      throw error;
    }
    return Undecodable.because(
        "Expected a whole %s file, found one that cannot be decoded: %s"
            .formatted(format.mediaType(), cause.getMessage()),
        cause);
  }

  /** Frees native memory. */
  @Override
  public void close() {
    shrunk.release();
  }
}
