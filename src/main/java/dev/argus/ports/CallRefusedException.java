package dev.argus.ports;

/** A service will not do what it was asked, and asking again would not mend it. */
public class CallRefusedException extends RuntimeException {
  public CallRefusedException(String message) {
    super(message);
  }
}
