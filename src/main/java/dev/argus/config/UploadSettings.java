package dev.argus.config;

import com.typesafe.config.Config;
import java.time.Duration;

/**
 * What one upload request may bring; part of {@code argus.web}.
 *
 * @param maxPhotoBytes the largest photo
 * @param maxPhotosPerForm in one multipart form
 * @param bodyTimeout by when a photo must have arrived, and the next one of a form have begun
 */
public record UploadSettings(int maxPhotoBytes, int maxPhotosPerForm, Duration bodyTimeout) {

  /** The id of an event names the photos that were told, and a header may have 8 KiB. */
  private static final int MOST_PHOTOS = 2_000;

  public UploadSettings {
    Checks.atLeast("web.max-photo-size", maxPhotoBytes, 1024);
    Checks.within("web.max-photos-per-form", maxPhotosPerForm, 1, MOST_PHOTOS);
    Checks.positive("web.body-timeout", bodyTimeout);
  }

  static UploadSettings from(Config c) {
    return new UploadSettings(
        Checks.bytes(c, "web", "max-photo-size"),
        c.getInt("max-photos-per-form"),
        c.getDuration("body-timeout"));
  }
}
