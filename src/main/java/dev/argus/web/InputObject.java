package dev.argus.web;

import dev.argus.ports.ObjectStore.StoredObject;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.UUID;

/**
 * A photo as it lies in the input bucket.
 *
 * <p>Metadata: {@code name}, the file name, percent-encoded since S3 takes ASCII only, and {@code
 * sha256} of the photo in hex; and {@code upload}, which upload it was that wrote it.
 */
final class InputObject {
  private static final String NAME = "name";
  private static final String SHA256 = "sha256";
  private static final String UPLOAD = "upload";

  private InputObject() {}

  /**
   * @param upload a random name of the upload, to know its object by
   */
  static StoredObject of(Photo photo, UUID upload) {
    return new StoredObject(
        photo.bytes(),
        photo.contentType(),
        Map.of(
            NAME, URLEncoder.encode(photo.name(), StandardCharsets.UTF_8),
            SHA256, photo.sha256(),
            UPLOAD, upload.toString()));
  }

  /** Whether an input object with this metadata is the one that the upload wrote. */
  static boolean isOf(UUID upload, Map<String, String> metadata) {
    return upload.toString().equals(metadata.get(UPLOAD));
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
