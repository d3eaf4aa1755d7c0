package dev.argus.image;

import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.opencv.core.Core;
import org.opencv.core.CvType;
import org.opencv.core.Mat;
import org.opencv.core.MatOfByte;
import org.opencv.core.MatOfInt;
import org.opencv.core.Rect;
import org.opencv.core.Scalar;
import org.opencv.core.Size;
import org.opencv.imgcodecs.Imgcodecs;
import org.opencv.imgproc.Imgproc;

/** Makes of one picture the files that people send: other sizes, formats, orientations. */
public final class Variants {
  private static final int EXIF_ORIENTATION_TAG = 274;

  static {
    OpenCvLibrary.load();
  }

  private Variants() {}

  /** A picture with all its pixels, blue, green and red. */
  public static Mat picture(byte[] file) {
    return Imgcodecs.imdecode(new MatOfByte(file), Imgcodecs.IMREAD_COLOR);
  }

  /** The picture with its long side brought to {@code side} pixels. */
  public static Mat resized(Mat picture, int side) {
    double factor = (double) side / Math.max(picture.cols(), picture.rows());
    Mat resized = new Mat();
    Size size = new Size(Math.round(picture.cols() * factor), Math.round(picture.rows() * factor));
    Imgproc.resize(picture, resized, size, 0, 0, Imgproc.INTER_AREA);
    return resized;
  }

  /** The largest part of the middle with the given ratio of width to height. */
  public static Mat cropped(Mat picture, double ratio) {
    int width = (int) Math.min(picture.cols(), Math.round(picture.rows() * ratio));
    int height = (int) Math.min(picture.rows(), Math.round(picture.cols() / ratio));
    return picture.submat(
        new Rect((picture.cols() - width) / 2, (picture.rows() - height) / 2, width, height));
  }

  /**
   * The picture as a file: {@code jpg}, {@code png}, {@code webp}, {@code bmp}, {@code tiff},
   * {@code gif}.
   */
  public static byte[] encoded(Mat picture, String format) {
    // OpenCV writes no GIF, and TIFFs that do not say that their fourth channel is alpha.
    if (format.equals("gif") || (format.equals("tiff") && picture.type() == CvType.CV_8UC4)) {
      return encodedByImageIo(picture, format);
    }
    MatOfByte bytes = new MatOfByte();
    MatOfInt parameters =
        format.equals("jpg") || format.equals("webp")
            ? new MatOfInt(
                format.equals("jpg")
                    ? Imgcodecs.IMWRITE_JPEG_QUALITY
                    : Imgcodecs.IMWRITE_WEBP_QUALITY,
                90)
            : new MatOfInt();
    Imgcodecs.imencode("." + format, picture, bytes, parameters);
    return bytes.toArray();
  }

  private static byte[] encodedByImageIo(Mat picture, String format) {
    try {
      BufferedImage source = ImageIO.read(new ByteArrayInputStream(encoded(picture, "png")));
      int type =
          source.getColorModel().hasAlpha()
              ? BufferedImage.TYPE_INT_ARGB
              : BufferedImage.TYPE_INT_RGB;
      BufferedImage drawn = new BufferedImage(source.getWidth(), source.getHeight(), type);
      Graphics2D graphics = drawn.createGraphics();
      graphics.drawImage(source, 0, 0, null);
      graphics.dispose();
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      ImageIO.write(drawn, format, out);
      return out.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The picture as a camera held another way stores it: shown with the orientation it is the same.
   */
  public static Mat stored(Mat picture, int orientation) {
    Mat result = new Mat();
    switch (orientation) {
      case 1 -> picture.copyTo(result);
      case 2 -> Core.flip(picture, result, 1);
      case 3 -> Core.rotate(picture, result, Core.ROTATE_180);
      case 4 -> Core.flip(picture, result, 0);
      case 5 -> Core.transpose(picture, result);
      case 6 -> Core.rotate(picture, result, Core.ROTATE_90_COUNTERCLOCKWISE);
      case 7 -> {
        Core.transpose(picture, result);
        Core.rotate(result, result, Core.ROTATE_180);
      }
      case 8 -> Core.rotate(picture, result, Core.ROTATE_90_CLOCKWISE);
      default -> throw new IllegalArgumentException("orientation " + orientation);
    }
    return result;
  }

  /** A JPEG with an EXIF segment that names the orientation, and nothing else. */
  public static byte[] withExif(byte[] jpeg, int orientation) {
    byte[] exif = concat("Exif\0\0".getBytes(StandardCharsets.US_ASCII), exif(orientation));
    ByteBuffer segment = ByteBuffer.allocate(4 + exif.length);
    segment.putShort((short) 0xFFE1).putShort((short) (2 + exif.length)).put(exif);
    return insert(jpeg, 2, segment.array());
  }

  /** EXIF data with one tag, the orientation, in little-endian order. */
  public static byte[] exif(int orientation) {
    return ByteBuffer.allocate(26)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put((byte) 'I')
        .put((byte) 'I')
        .putShort((short) 42)
        .putInt(8)
        .putShort((short) 1)
        .putShort((short) EXIF_ORIENTATION_TAG)
        .putShort((short) 3)
        .putInt(1)
        .putInt(orientation)
        .putInt(0)
        .array();
  }

  /** The picture with an alpha channel: opaque within a frame, transparent black around it. */
  public static Mat framedByTransparency(Mat picture, int border) {
    List<Mat> channels = new ArrayList<>();
    Mat framed = new Mat();
    Core.copyMakeBorder(
        picture, framed, border, border, border, border, Core.BORDER_CONSTANT, new Scalar(0, 0, 0));
    Core.split(framed, channels);
    Mat alpha = Mat.zeros(framed.size(), channels.get(0).type());
    alpha.submat(new Rect(border, border, picture.cols(), picture.rows())).setTo(new Scalar(255));
    channels.add(alpha);
    Mat result = new Mat();
    Core.merge(channels, result);
    return result;
  }

  static byte[] insert(byte[] bytes, int at, byte[] more) {
    ByteBuffer all = ByteBuffer.allocate(bytes.length + more.length);
    return all.put(bytes, 0, at).put(more).put(bytes, at, bytes.length - at).array();
  }

  static byte[] concat(byte[] a, byte[] b) {
    return insert(a, a.length, b);
  }
}
