package dev.argus.image;

import dev.argus.config.ImageSettings;

/** Decoding with every pixel, which scaled decoding is measured by. */
public final class FullDecoding {
  private FullDecoding() {}

  public static PhotoDecoder decoder(ImageSettings limits, InputFormat format) {
    return new PhotoDecoder(limits, format, false);
  }
}
