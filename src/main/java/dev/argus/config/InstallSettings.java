package dev.argus.config;

import com.typesafe.config.Config;

/**
 * What an app node installs when it boots; {@code argus.install}.
 *
 * @param releaseUri {@code s3://BUCKET/KEY}; empty for none
 * @param releaseSha256 of the release, in hex; empty for none
 */
public record InstallSettings(String releaseUri, String releaseSha256) {

  public InstallSettings {
    if (releaseUri.isEmpty() != releaseSha256.isEmpty()) {
      throw new InvalidSettingException(
          "argus.install: release-uri and release-sha256 belong together; set both or neither");
    }
    if (!releaseUri.isEmpty()) {
      // It goes into a shell script and an S3 URI: no more than what provision makes of it.
      Checks.matches(
          "install.release-uri", releaseUri, "s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]/[\\w./-]+");
      Checks.matches("install.release-sha256", releaseSha256, "[0-9a-f]{64}");
    }
  }

  static InstallSettings from(Config c) {
    return new InstallSettings(c.getString("release-uri"), c.getString("release-sha256"));
  }

  /** Whether there is nothing to install. */
  public boolean isEmpty() {
    return releaseUri.isEmpty();
  }
}
