package dev.argus.deploy;

import dev.argus.deploy.Teardown.Pending;
import java.util.Map;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;
import software.amazon.awssdk.services.sqs.model.SqsException;

/** Counts what a cluster still owes. */
final class WorkCounter {
  private final SqsClient sqs;
  private final String requestQueue;
  private final Pending pending;

  WorkCounter(SqsClient sqs, String requestQueue, Pending pending) {
    this.sqs = sqs;
    this.requestQueue = requestQueue;
    this.pending = pending;
  }

  /**
   * Counts it. The queue tells at once; all photos are counted only if it is empty, which takes a
   * while.
   *
   * @param outputs those of the stack, which name the buckets
   * @param photos whether there are buckets to count photos in
   */
  WaitingWork count(Map<String, String> outputs, boolean photos) throws Exception {
    Map<QueueAttributeName, String> counts = attributes();
    long visible =
        number(counts, QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES)
            + number(counts, QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_DELAYED);
    long inFlight = number(counts, QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_NOT_VISIBLE);
    boolean empty = visible + inFlight == 0;
    return new WaitingWork(visible, inFlight, empty && photos ? pending.count(outputs) : 0);
  }

  private Map<QueueAttributeName, String> attributes() {
    try {
      String url = sqs.getQueueUrl(r -> r.queueName(requestQueue)).queueUrl();
      return sqs.getQueueAttributes(
              r ->
                  r.queueUrl(url)
                      .attributeNames(
                          QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES,
                          QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_DELAYED,
                          QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_NOT_VISIBLE))
          .attributes();
    } catch (SqsException e) {
      if (!Findings.isNoQueue(e)) {
        throw e;
      }
      return Map.of();
    }
  }

  private static long number(Map<QueueAttributeName, String> counts, QueueAttributeName name) {
    return Long.parseLong(counts.getOrDefault(name, "0"));
  }
}
