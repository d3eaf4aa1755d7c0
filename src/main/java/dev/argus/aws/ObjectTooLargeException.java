package dev.argus.aws;

import dev.argus.ports.CallRefusedException;

/** An object is larger than what Argus reads into memory. */
public class ObjectTooLargeException extends CallRefusedException {
  public ObjectTooLargeException(String key, long maxBytes) {
    super(
        "expected an object of at most "
            + maxBytes
            + " bytes (argus.aws.max-object-size), found more: "
            + key);
  }
}
