package dev.argus.image;

import dev.argus.config.ImageSettings;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;
import org.opencv.core.CvType;
import org.opencv.core.Mat;

/** The first frame of a GIF, read by ImageIO: OpenCV 4.9 reads none. */
final class GifFrame {
  /** Pixels are skipped while this many times the wanted side remain. */
  private static final int SPARE = 4;

  private static final int CHANNELS = 3;
  private static final int OPAQUE = 0xFF;

  private GifFrame() {}

  /**
   * Decodes the first frame over white: blue, green and red, 8 bits each.
   *
   * @param side what the short side must at least be, if the frame has that many pixels
   */
  static Mat first(byte[] gif, ImageSettings limits, int side) throws IOException {
    ImageReader reader = ImageIO.getImageReadersByFormatName("gif").next();
    try (ImageInputStream in =
        new MemoryCacheImageInputStream(new ByteArrayInputStream(GifBlocks.firstFrame(gif)))) {
      reader.setInput(in, true, true);
      int width = reader.getWidth(0);
      int height = reader.getHeight(0);
      // A frame may be larger than the screen that the header gives.
      PhotoHeader.checkSize(width, height, limits);
      ImageReadParam parameters = reader.getDefaultReadParam();
      int step = Math.max(1, Math.min(width, height) / (SPARE * side));
      parameters.setSourceSubsampling(step, step, 0, 0);
      return overWhite(reader.read(0, parameters));
    } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
      throw new IOException("the frame is damaged: " + e.getMessage(), e);
    } finally {
      reader.dispose();
    }
  }

  private static Mat overWhite(BufferedImage frame) {
    int[] palette = paletteOverWhite((IndexColorModel) frame.getColorModel());
    Raster raster = frame.getRaster();
    int width = frame.getWidth();
    int[] indices = new int[width];
    byte[] row = new byte[width * CHANNELS];
    Mat picture = new Mat(frame.getHeight(), width, CvType.CV_8UC3);
    try {
      for (int y = 0; y < frame.getHeight(); y++) {
        raster.getSamples(0, y, width, 1, 0, indices);
        for (int x = 0; x < width; x++) {
          int colour = palette[indices[x]];
          row[CHANNELS * x] = (byte) colour;
          row[CHANNELS * x + 1] = (byte) (colour >> 8);
          row[CHANNELS * x + 2] = (byte) (colour >> 16);
        }
        picture.put(y, 0, row);
      }
    } catch (RuntimeException e) {
      picture.release();
      throw e;
    }
    return picture;
  }

  private static int[] paletteOverWhite(IndexColorModel model) {
    int[] palette = new int[model.getMapSize()];
    model.getRGBs(palette);
    for (int i = 0; i < palette.length; i++) {
      // A colour of a GIF is opaque or not there at all.
      if (palette[i] >>> 24 != OPAQUE) {
        palette[i] = 0xFFFFFFFF;
      }
    }
    return palette;
  }
}
