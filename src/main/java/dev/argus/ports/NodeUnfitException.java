package dev.argus.ports;

/** This node cannot do its work, whatever the photo; another node may. */
public class NodeUnfitException extends RuntimeException {
  public NodeUnfitException(String message) {
    super(message);
  }

  public NodeUnfitException(String message, Throwable cause) {
    super(message, cause);
  }
}
