package dev.argus.config;

/** A setting is missing or out of range; the message says which, and what was expected. */
public class InvalidSettingException extends IllegalArgumentException {
  public InvalidSettingException(String message) {
    super(message);
  }

  public InvalidSettingException(String message, Throwable cause) {
    super(message, cause);
  }
}
