package dev.argus.aws;

import dev.argus.config.NamesSettings;
import dev.argus.ports.Completions;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;
import software.amazon.awssdk.services.sqs.model.CreateQueueResponse;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;
import software.amazon.awssdk.services.sqs.model.QueueDoesNotExistException;

/** Creates the queues that Argus needs; doing it again changes nothing. */
public final class QueueSetup {
  /** The longest that SQS keeps a message: work and dead letters must outlive a long week-end. */
  private static final Duration RETENTION = Duration.ofDays(14);

  /** As the template's queue policy: whoever calls, and whatever they may do. */
  private static final String ONLY_BY_TLS =
      """
      {"Version": "2012-10-17", "Statement": [{"Sid": "OnlyByTls", "Effect": "Deny",
      "Principal": "*", "Action": "sqs:*", "Resource": "*",
      "Condition": {"Bool": {"aws:SecureTransport": "false"}}}]}
      """;

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

  /**
   * Creates a web node's own response queue as the template of the stack would: tagged, encrypted,
   * and refusing plain HTTP. One that is there stays as it is, so that a web node needs no right to
   * change queues. The embedded SQS does not heed encryption and policy.
   *
   * @param cluster the value of the tag {@link Ec2Fleet#CLUSTER_TAG}
   */
  public CompletionStage<Done> createResponseQueue(
      String name, String cluster, Duration visibilityTimeout) {
    Map<QueueAttributeName, String> attributes = new HashMap<>(common(visibilityTimeout));
    attributes.put(QueueAttributeName.SQS_MANAGED_SSE_ENABLED, "true");
    attributes.put(QueueAttributeName.POLICY, ONLY_BY_TLS);
    return Failures.plain(
        client
            .getQueueUrl(request -> request.queueName(name))
            .thenApply(found -> Done.getInstance())
            .exceptionallyCompose(
                failure ->
                    Completions.cause(failure) instanceof QueueDoesNotExistException
                        ? client
                            .createQueue(
                                request ->
                                    request
                                        .queueName(name)
                                        .attributes(attributes)
                                        .tags(Map.of(Ec2Fleet.CLUSTER_TAG, cluster)))
                            .thenApply(created -> Done.getInstance())
                        : CompletableFuture.failedFuture(failure)));
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
