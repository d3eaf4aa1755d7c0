package dev.argus.config;

import com.typesafe.config.Config;
import java.time.Duration;

/**
 * What one upload request may bring; part of {@code argus.web}.
 *
 * @param maxPhotoBytes the largest photo
 * @param maxPhotosPerForm in one multipart form
 * @param bodyTimeout by when the whole body must have arrived
 */
public record UploadSettings(int maxPhotoBytes, int maxPhotosPerForm, Duration bodyTimeout) {

  public UploadSettings {
    Checks.atLeast("web.max-photo-size", maxPhotoBytes, 1024);
    Checks.atLeast("web.max-photos-per-form", maxPhotosPerForm, 1);
    Checks.positive("web.body-timeout", bodyTimeout);
  }

  static UploadSettings from(Config c) {
    return new UploadSettings(
        Checks.bytes(c, "web", "max-photo-size"),
        c.getInt("max-photos-per-form"),
        c.getDuration("body-timeout"));
  }
}
