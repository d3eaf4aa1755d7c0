package dev.argus.web;

import dev.argus.ports.ObjectStore.StoredObject;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
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
            SHA256, photo.sha256()));
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
}
