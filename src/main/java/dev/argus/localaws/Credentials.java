package dev.argus.localaws;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.Locale;

/**
 * An access key of the embedded AWS.
 *
 * @param accessKeyId 20 characters, as on AWS
 * @param secretAccessKey 40 characters, as on AWS; never printed
 */
public record Credentials(String accessKeyId, String secretAccessKey) {
  private static final int SECRET_BYTES = 30;

  /** A new key that nobody can guess (240 random bits). */
  public static Credentials random() {
    SecureRandom random = new SecureRandom();
    byte[] id = new byte[8];
    random.nextBytes(id);
    byte[] secret = new byte[SECRET_BYTES];
    random.nextBytes(secret);
    StringBuilder hex = new StringBuilder("AKIA");
    for (byte b : id) {
      hex.append(String.format(Locale.ROOT, "%02X", b));
    }
    // The URL alphabet needs no quoting in a shell and none in a header.
    return new Credentials(
        hex.toString(), Base64.getUrlEncoder().withoutPadding().encodeToString(secret));
  }

  @Override
  public String toString() {
    return "Credentials[accessKeyId=" + accessKeyId + ", secretAccessKey=***]";
  }
}
