package dev.argus.config;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;

/**
 * A text that must not be shown: {@link #toString} masks it, so that no log of what holds it tells.
 *
 * <p>Comparing takes the same time wherever the first difference is, and whatever the lengths are:
 * digests are compared, in full. {@code equals} compares like that too.
 */
public final class Secret {
  private final String value;
  private final byte[] digest;

  public Secret(String value) {
    this.value = value;
    this.digest = sha256(value);
  }

  /** The text itself, for the one place that needs it. */
  public String reveal() {
    return value;
  }

  /** Whether the text is this secret. */
  public boolean matches(String text) {
    return MessageDigest.isEqual(digest, sha256(text));
  }

  private static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Secret secret && MessageDigest.isEqual(digest, secret.digest);
  }

  @Override
  public int hashCode() {
    return digest[0];
  }

  @Override
  public String toString() {
    return "***";
  }
}
