package dev.argus.protocol;

import java.util.Optional;

/** The keys under which photos, results and remembered state lie in S3. */
public final class ObjectKeys {
  private static final String RESULT_SUFFIX = ".json";

  private ObjectKeys() {}

  /** Input bucket: the photo as it came, which is also its acceptance record. */
  public static String photo(PhotoId id) {
    return id.toString();
  }

  /** Output bucket: the {@link ClassifyReply} as JSON. */
  public static String result(PhotoId id) {
    return id + RESULT_SUFFIX;
  }

  /** The id of a result's key; empty if the key is not one of ours. */
  public static Optional<PhotoId> idOfResult(String key) {
    return key.endsWith(RESULT_SUFFIX)
        ? PhotoId.parse(key.substring(0, key.length() - RESULT_SUFFIX.length()))
        : Optional.empty();
  }

  /** State bucket: how often a photo was worked on alone, since its node might die of it. */
  public static String attempts(PhotoId id) {
    return "attempts/" + id;
  }

  /** State bucket: a request that was given up, kept for the operator. */
  public static String deadLetter(String id) {
    return "dead/" + id;
  }
}
