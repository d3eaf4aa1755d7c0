package dev.argus.protocol;

/** A message is not one of ours, or of a version that this program does not know. */
public class MalformedMessageException extends Exception {
  public MalformedMessageException(String message) {
    super(message);
  }

  public MalformedMessageException(String message, Throwable cause) {
    super(message, cause);
  }
}
