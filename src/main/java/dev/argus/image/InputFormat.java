package dev.argus.image;

import java.util.List;

/**
 * What a network wants to see: a square of {@code size} pixels a side, its red, green and blue
 * values (0 to 255) each turned into {@code (value - mean) / scale}.
 *
 * @param size pixels a side
 * @param mean one for each of red, green and blue
 * @param scale one for each of red, green and blue; none is zero
 */
public record InputFormat(int size, List<Double> mean, List<Double> scale) {
  /** Red, green and blue. */
  public static final int CHANNELS = 3;

  public InputFormat {
    mean = List.copyOf(mean);
    scale = List.copyOf(scale);
    if (size < 1 || mean.size() != CHANNELS || scale.size() != CHANNELS || scale.contains(0.0)) {
      throw new IllegalArgumentException(
          "Expected a size above zero, three means and three scales other than zero, found %d, %s and %s"
              .formatted(size, mean, scale));
    }
  }

  /** Floats in the network's input. */
  public int values() {
    return CHANNELS * size * size;
  }
}
