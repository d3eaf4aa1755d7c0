package dev.argus.deploy;

/** Deployment cannot go on; the message says why, and what to do. */
public final class DeployException extends RuntimeException {
  public DeployException(String message) {
    super(message);
  }

  public DeployException(String message, Throwable cause) {
    super(message, cause);
  }
}
