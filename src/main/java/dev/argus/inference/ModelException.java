package dev.argus.inference;

import dev.argus.ports.NodeUnfitException;

/** The model cannot be used as it is configured; the message says what was expected and found. */
public class ModelException extends NodeUnfitException {
  public ModelException(String message) {
    super(message);
  }

  public ModelException(String message, Throwable cause) {
    super(message, cause);
  }
}
