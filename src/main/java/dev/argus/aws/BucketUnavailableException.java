package dev.argus.aws;

/** A bucket is not there, or may not be read. */
public class BucketUnavailableException extends RuntimeException {
  public BucketUnavailableException(String bucket, String found) {
    super(
        "expected a bucket "
            + bucket
            + " that may be read, found "
            + found
            + "; create it with `argus provision`, or check the credentials");
  }
}
