package dev.argus.protocol;

/** What an app node counts: the photos it served, and what was not ordinary. */
public enum NodeEvent {
  /** A photo was answered, for whichever web node: its result was written to S3. */
  SERVED,
  /** A photo came for the second time or more. */
  REDELIVERED,
  /** A photo was answered from the result that another delivery of it had left. */
  DUPLICATE,
  /**
   * A receipt was no longer good: the lease had run out, or another node had received the photo.
   */
  STALE_RECEIPT,
  /** A message could not be read, or has another version than this node's. */
  MALFORMED,
  /** The return address did not exist, or refused the reply; the result in S3 is the answer. */
  NO_RETURN_QUEUE,
  /** A photo went back to the queue after a failure, to come again a little later. */
  FAILED_ATTEMPT,
  /** A photo was given back at once: the node left, or SQS would not have renewed its lease. */
  GIVEN_BACK,
  /** A message was sent to the dead-letter queue. */
  DEAD_LETTERED
}
