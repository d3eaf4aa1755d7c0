package dev.argus.ports;

/** EC2 did not start a node. */
public class LaunchFailedException extends RuntimeException {
  private final String code;

  public LaunchFailedException(String code, String message, Throwable cause) {
    super(message, cause);
    this.code = code;
  }

  /** EC2's error code, such as {@code InsufficientInstanceCapacity}. */
  public String code() {
    return code;
  }
}
