package dev.argus.aws;

/** An object is larger than what Argus reads into memory. */
public class ObjectTooLargeException extends RuntimeException {
  public ObjectTooLargeException(String key, long maxBytes) {
    super(
        "expected an object of at most "
            + maxBytes
            + " bytes (argus.aws.max-object-size), found more: "
            + key);
  }
}
