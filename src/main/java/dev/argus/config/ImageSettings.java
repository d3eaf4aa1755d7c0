package dev.argus.config;

import com.typesafe.config.Config;

/** What photos are taken; {@code argus.image}. */
public record ImageSettings(long maxPixels) {
  public ImageSettings {
    // OpenCV refuses more than 2^30 pixels by itself.
    Checks.within("image.max-pixels", maxPixels, 1, 1L << 30);
  }

  static ImageSettings from(Config c) {
    return new ImageSettings(c.getLong("max-pixels"));
  }
}
