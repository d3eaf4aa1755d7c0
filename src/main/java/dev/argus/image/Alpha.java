package dev.argus.image;

import org.opencv.core.CvType;
import org.opencv.core.Mat;
import org.opencv.imgproc.Imgproc;

/**
 * Brings decoded pixels to one of two forms: 8 bits of blue, green and red, or the same with alpha
 * and the colours multiplied by it. Only so can pixels be averaged: the colour of a transparent
 * pixel means nothing and must not bleed into its neighbours.
 */
final class Alpha {
  private static final double FROM_16_BITS = 1.0 / 257;

  private Alpha() {}

  /**
   * Writes {@code picture} in one of the two forms to {@code result}.
   *
   * @param premultiplied whether the decoder has multiplied the colours of 8-bit pixels already
   */
  static void premultiply(Mat picture, boolean premultiplied, Mat result) {
    boolean deep = picture.depth() == CvType.CV_16U;
    picture.convertTo(result, CvType.CV_8U, deep ? FROM_16_BITS : 1);
    switch (result.channels()) {
      case 1 -> Imgproc.cvtColor(result, result, Imgproc.COLOR_GRAY2BGR);
      case 4 -> {
        if (deep || !premultiplied) {
          Imgproc.cvtColor(result, result, Imgproc.COLOR_RGBA2mRGBA);
        }
      }
      default -> {
        // Blue, green and red already.
      }
    }
  }
}
