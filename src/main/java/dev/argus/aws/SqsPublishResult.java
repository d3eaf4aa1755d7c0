package dev.argus.aws;

/** What became of a message that was to be sent. */
public sealed interface SqsPublishResult<C> {
  /** What came with the message. */
  C context();

  /** The queue has it. */
  record Sent<C>(String messageId, C context) implements SqsPublishResult<C> {}

  /** The queue does not have it, as far as is known: a lost answer looks the same. */
  record Failed<C>(Throwable cause, C context) implements SqsPublishResult<C> {}
}
