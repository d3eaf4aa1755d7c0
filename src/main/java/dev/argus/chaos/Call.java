package dev.argus.chaos;

/**
 * A call to a service on its way through a {@link FaultProxy}.
 *
 * @param method the HTTP method
 * @param path with its query, as it was asked for
 * @param action what SQS is asked to do, such as {@code SendMessageBatch}; empty for S3
 */
public record Call(String method, String path, String action) {
  /** Whether this call puts messages on a queue. */
  public boolean isSend() {
    return action.startsWith("SendMessage");
  }

  /** Whether this call deletes messages. */
  public boolean isDelete() {
    return action.startsWith("DeleteMessage");
  }
}
