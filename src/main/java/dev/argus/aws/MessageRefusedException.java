package dev.argus.aws;

import dev.argus.ports.CallRefusedException;

/** SQS did not take one message of a batch. */
public class MessageRefusedException extends CallRefusedException {
  private final String code;

  public MessageRefusedException(String queue, String code, String message) {
    super("the queue " + queue + " did not take a message: " + code + ": " + message);
    this.code = code;
  }

  /** SQS's error code, such as {@code InvalidMessageContents}. */
  public String code() {
    return code;
  }
}
