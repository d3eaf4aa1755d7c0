package dev.argus.hostile;

import dev.argus.image.TestPhotos;
import dev.argus.image.Variants;
import java.util.ArrayList;
import java.util.List;
import org.opencv.core.CvType;
import org.opencv.core.Mat;
import org.opencv.core.MatOfByte;
import org.opencv.core.MatOfInt;
import org.opencv.imgcodecs.Imgcodecs;
import org.opencv.imgproc.Imgproc;

/** A good little photo, of which hostile ones are made. */
record BasePhoto(Format format, byte[] bytes) {
  /** What Argus takes. */
  enum Format {
    JPEG,
    PNG,
    WEBP,
    GIF,
    TIFF,
    BMP
  }

  private static final int SIDE = 96;

  /** Every format, with the kinds of each that a decoder has code of its own for. */
  static List<BasePhoto> all() {
    Mat cat = Variants.resized(Variants.picture(TestPhotos.bytes("cat.jpg")), SIDE);
    Mat framed = Variants.framedByTransparency(cat, 4);
    Mat grey = new Mat();
    Imgproc.cvtColor(cat, grey, Imgproc.COLOR_BGR2GRAY);
    Mat deep = new Mat();
    cat.convertTo(deep, CvType.CV_16U, 257);
    byte[] jpeg = Variants.encoded(cat, "jpg");

    List<BasePhoto> all = new ArrayList<>();
    all.add(new BasePhoto(Format.JPEG, jpeg));
    all.add(new BasePhoto(Format.JPEG, Variants.withExif(jpeg, 6)));
    all.add(new BasePhoto(Format.JPEG, encoded(grey, ".jpg")));
    all.add(encoded(Format.JPEG, cat, ".jpg", Imgcodecs.IMWRITE_JPEG_PROGRESSIVE, 1));
    for (Mat picture : List.of(cat, framed, grey, deep)) {
      all.add(new BasePhoto(Format.PNG, encoded(picture, ".png")));
    }
    all.add(encoded(Format.PNG, grey, ".png", Imgcodecs.IMWRITE_PNG_BILEVEL, 1));
    for (Mat picture : List.of(cat, framed)) {
      all.add(new BasePhoto(Format.WEBP, Variants.encoded(picture, "webp")));
      all.add(encoded(Format.WEBP, picture, ".webp", Imgcodecs.IMWRITE_WEBP_QUALITY, 101));
      all.add(new BasePhoto(Format.GIF, Variants.encoded(picture, "gif")));
      all.add(new BasePhoto(Format.TIFF, Variants.encoded(picture, "tiff")));
    }
    for (int compression : new int[] {1, 5, 8, 32773}) { // none, LZW, deflate, PackBits
      all.add(encoded(Format.TIFF, cat, ".tiff", Imgcodecs.IMWRITE_TIFF_COMPRESSION, compression));
    }
    all.add(new BasePhoto(Format.TIFF, encoded(deep, ".tiff")));
    all.add(new BasePhoto(Format.BMP, Variants.encoded(cat, "bmp")));
    all.add(new BasePhoto(Format.BMP, Variants.encoded(framed, "bmp")));
    all.add(new BasePhoto(Format.BMP, encoded(grey, ".bmp")));
    return List.copyOf(all);
  }

  private static byte[] encoded(Mat picture, String extension) {
    MatOfByte bytes = new MatOfByte();
    Imgcodecs.imencode(extension, picture, bytes);
    return bytes.toArray();
  }

  private static BasePhoto encoded(
      Format format, Mat picture, String extension, int flag, int value) {
    MatOfByte bytes = new MatOfByte();
    Imgcodecs.imencode(extension, picture, bytes, new MatOfInt(flag, value));
    return new BasePhoto(format, bytes.toArray());
  }

  @Override
  public String toString() {
    return format.name();
  }
}
