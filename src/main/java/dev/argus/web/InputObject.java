package dev.argus.web;

import dev.argus.ports.ObjectStore.StoredObject;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;

/**
 * A photo as it lies in the input bucket.
 *
 * <p>Metadata: {@code name}, the file name, percent-encoded since S3 takes ASCII only, and {@code
 * sha256} of the photo in hex.
 */
final class InputObject {
  private static final String NAME = "name";
  private static final String SHA256 = "sha256";

  private InputObject() {}

  static StoredObject of(Photo photo) {
    return new StoredObject(
        photo.bytes(),
        photo.contentType(),
        Map.of(
            NAME, URLEncoder.encode(photo.name(), StandardCharsets.UTF_8),
            SHA256, sha256(photo)));
  }

  /** The file name in an input object's metadata. */
  static String name(Map<String, String> metadata) {
    try {
      return FileNames.sanitise(
          URLDecoder.decode(metadata.getOrDefault(NAME, ""), StandardCharsets.UTF_8));
    } catch (IllegalArgumentException e) {
      return FileNames.sanitise(""); // not written by Argus
    }
  }

  /** The SHA-256 of a photo, in hex. */
  static String sha256(Photo photo) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      photo.bytes().getByteBuffers().forEach(digest::update);
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
