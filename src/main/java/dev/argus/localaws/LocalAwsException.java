package dev.argus.localaws;

/** The embedded AWS cannot start or stop; the message says what was found and what to do. */
public final class LocalAwsException extends RuntimeException {
  public LocalAwsException(String message) {
    super(message);
  }

  public LocalAwsException(String message, Throwable cause) {
    super(message, cause);
  }
}
