package dev.argus.ports;

/** A bounded buffer is full: the caller should try again later, or refuse. */
public class OverloadException extends RuntimeException {
  public OverloadException(String message) {
    super(message);
  }
}
