package dev.argus.aws;

import dev.argus.ports.CallRefusedException;

/** A message is larger than SQS takes: no retry will help. */
public class MessageTooLargeException extends CallRefusedException {
  public MessageTooLargeException(long bytes) {
    super(
        "expected a message of at most "
            + MessageSize.MAX_BYTES
            + " bytes (an SQS limit, attributes included), found "
            + bytes
            + "; send a claim check instead");
  }
}
