package dev.argus.ports;

/** A write was not done, and will not be: no attempt at it can have reached the store. */
public class NotWrittenException extends RuntimeException {
  public NotWrittenException(Throwable cause) {
    super(cause.getMessage(), cause);
  }
}
