package dev.argus.ports;

/** There is no queue of that name. */
public class QueueMissingException extends RuntimeException {
  public QueueMissingException(String queue, Throwable cause) {
    super("there is no queue " + queue, cause);
  }
}
