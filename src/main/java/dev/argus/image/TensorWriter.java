package dev.argus.image;

import java.nio.FloatBuffer;
import org.opencv.core.Mat;

/**
 * Writes a square picture as the network's input: NCHW, red first, turned upright, normalised.
 *
 * <p>Not safe for use by several threads: it reuses its buffer.
 */
final class TensorWriter {
  private static final int MAX_VALUE = 255;

  private final int size;
  private final float[] red;
  private final float[] green;
  private final float[] blue;
  private byte[] pixels = new byte[0];

  TensorWriter(InputFormat format) {
    size = format.size();
    red = normalised(format, 0);
    green = normalised(format, 1);
    blue = normalised(format, 2);
  }

  /**
   * Writes a picture from the buffer's start.
   *
   * @param square 8 bits a channel: blue, green, red, and maybe alpha, with which the colours are
   *     multiplied already; transparency goes over white
   * @param orientation 1 to 8, as EXIF numbers them
   */
  void write(Mat square, int orientation, FloatBuffer tensor) {
    int channels = square.channels();
    int plane = size * size;
    if (pixels.length != plane * channels) {
      pixels = new byte[plane * channels];
    }
    square.get(0, 0, pixels);

    Turn turn = Turn.of(orientation, size);
    int from = 0;
    for (int y = 0; y < size; y++) {
      int to = turn.start() + y * turn.down();
      for (int x = 0; x < size; x++) {
        int white = channels == 4 ? MAX_VALUE - (pixels[from + 3] & MAX_VALUE) : 0;
        tensor.put(to, red[value(pixels[from + 2], white)]);
        tensor.put(to + plane, green[value(pixels[from + 1], white)]);
        tensor.put(to + 2 * plane, blue[value(pixels[from], white)]);
        from += channels;
        to += turn.right();
      }
    }
  }

  /** A file may claim colours brighter than its alpha allows, hence the limit. */
  private static int value(byte premultiplied, int white) {
    return Math.min(MAX_VALUE, (premultiplied & MAX_VALUE) + white);
  }

  private static float[] normalised(InputFormat format, int channel) {
    float[] table = new float[MAX_VALUE + 1];
    for (int value = 0; value <= MAX_VALUE; value++) {
      table[value] = (float) ((value - format.mean().get(channel)) / format.scale().get(channel));
    }
    return table;
  }
}
