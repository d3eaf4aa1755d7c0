package dev.argus.aws;

import dev.argus.config.NamesSettings;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;
import software.amazon.awssdk.services.sqs.model.CreateQueueResponse;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/** Creates the queues that Argus needs; doing it again changes nothing. */
public final class QueueSetup {
  /** The longest that SQS keeps a message: work and dead letters must outlive a long week-end. */
  private static final Duration RETENTION = Duration.ofDays(14);

  private final SqsAsyncClient client;

  public QueueSetup(SqsAsyncClient client) {
    this.client = client;
  }

  /**
   * Creates the request, response and dead-letter queues.
   *
   * @param visibilityTimeout how long a lease starts where a receiver does not say it
   * @param maxReceiveCount receives after which SQS itself moves a request to the dead-letter
   *     queue. App nodes count by themselves and answer the client, so this is the last resort and
   *     should be well above their {@code argus.worker.max-receives}
   */
  public CompletionStage<Done> create(
      NamesSettings names, Duration visibilityTimeout, int maxReceiveCount) {
    Map<QueueAttributeName, String> common = common(visibilityTimeout);
    return Failures.plain(
        ensureQueue(names.deadLetterQueue(), common)
            .thenCompose(this::arn)
            .thenCompose(
                deadLetters -> {
                  Map<QueueAttributeName, String> request = new HashMap<>(common);
                  request.put(
                      QueueAttributeName.REDRIVE_POLICY,
                      redrivePolicy(deadLetters, maxReceiveCount));
                  return ensureQueue(names.requestQueue(), request);
                })
            .thenCompose(url -> ensureQueue(names.responseQueue(), common))
            .thenApply(url -> Done.getInstance()));
  }

  /** Creates one response queue: each web node has its own. */
  CompletionStage<Done> createResponseQueue(String name, Duration visibilityTimeout) {
    return ensureQueue(name, common(visibilityTimeout)).thenApply(url -> Done.getInstance());
  }

  private static Map<QueueAttributeName, String> common(Duration visibilityTimeout) {
    return Map.of(
        QueueAttributeName.MESSAGE_RETENTION_PERIOD,
        Long.toString(RETENTION.toSeconds()),
        QueueAttributeName.VISIBILITY_TIMEOUT,
        Long.toString(visibilityTimeout.toSeconds()));
  }

  /**
   * Creates a queue unless it is there, and gives it the attributes; the stage holds its URL.
   *
   * <p>In two steps, for CreateQueue alone fails when the queue is there with other attributes.
   */
  public CompletionStage<String> ensureQueue(
      String name, Map<QueueAttributeName, String> attributes) {
    return Failures.plain(
        client
            .createQueue(request -> request.queueName(name))
            .thenApply(CreateQueueResponse::queueUrl)
            .thenCompose(
                url ->
                    client
                        .setQueueAttributes(request -> request.queueUrl(url).attributes(attributes))
                        .thenApply(response -> url)));
  }

  private CompletionStage<String> arn(String url) {
    return client
        .getQueueAttributes(
            request -> request.queueUrl(url).attributeNames(QueueAttributeName.QUEUE_ARN))
        .thenApply(response -> response.attributes().get(QueueAttributeName.QUEUE_ARN));
  }

  private static String redrivePolicy(String deadLetterArn, int maxReceiveCount) {
    return "{\"deadLetterTargetArn\":\""
        + deadLetterArn
        + "\",\"maxReceiveCount\":"
        + maxReceiveCount
        + "}";
  }
}
