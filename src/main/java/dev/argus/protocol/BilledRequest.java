package dev.argus.protocol;

import java.util.Locale;

/**
 * The kinds of requests that AWS bills, and that Argus counts: SQS by action, S3 by price.
 *
 * <p>Requests to EC2 cost nothing, and neither do deletes in S3: they are not counted.
 */
public enum BilledRequest {
  /** SQS: SendMessage and SendMessageBatch. */
  SQS_SEND,
  /** SQS: ReceiveMessage, also one that comes back empty. */
  SQS_RECEIVE,
  /** SQS: DeleteMessage and DeleteMessageBatch. */
  SQS_DELETE,
  /** SQS: ChangeMessageVisibility and ChangeMessageVisibilityBatch: leases. */
  SQS_LEASE,
  /** SQS: GetQueueAttributes: how much waits. */
  SQS_COUNT,
  /** SQS: everything else, such as looking up a queue. */
  SQS_OTHER,
  /** S3: PUT, COPY, POST and LIST, which cost the same. */
  S3_PUT,
  /** S3: GET, HEAD and everything else. */
  S3_GET;

  /** Whether SQS bills it; else S3 does. */
  public boolean isSqs() {
    return name().startsWith("SQS_");
  }

  /** What tells it from the others of its service, in lower case, such as {@code receive}. */
  public String kind() {
    return name().substring(name().indexOf('_') + 1).toLowerCase(Locale.ROOT);
  }
}
