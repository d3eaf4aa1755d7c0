package dev.argus.aws;

import dev.argus.config.AwsSettings;
import dev.argus.ports.Acknowledgement;
import dev.argus.ports.Delivery;
import dev.argus.ports.MessageQueue;
import dev.argus.ports.QueueCounts;
import dev.argus.ports.ReceiveGate;
import dev.argus.protocol.WireMessage;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.ClassicActorSystemProvider;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.Source;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;
import software.amazon.awssdk.services.sqs.model.GetQueueAttributesResponse;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/** An SQS queue. Nothing is called before it is used; see {@link SqsQueues}. */
public final class SqsQueue implements MessageQueue, AutoCloseable {
  private final QueueUrl queue;
  private final SqsAsyncClient client;
  private final AwsSettings aws;
  private final SqsSourceSettings source;
  private final ClassicActorSystemProvider system;
  private final SendBuffer sends;

  SqsQueue(
      String name,
      SqsAsyncClient client,
      AwsSettings aws,
      SqsSourceSettings source,
      ClassicActorSystemProvider system) {
    this.queue = new QueueUrl(name, client);
    this.client = client;
    this.aws = aws;
    this.source = source;
    this.system = system;
    this.sends =
        new SendBuffer(
            name,
            aws.maxWaitingSends(),
            SqsPublishFlow.create(queue, SqsPublishSettings.of(aws), client, system),
            system);
  }

  @Override
  public CompletionStage<Done> send(WireMessage message) {
    return send(message, false);
  }

  @Override
  public CompletionStage<Done> send(WireMessage message, boolean patient) {
    return sends.send(message, patient);
  }

  @Override
  public Source<Delivery, NotUsed> deliveries(ReceiveGate gate) {
    return SqsSource.create(queue, gate, source, client);
  }

  @Override
  public Flow<Acknowledgement, Acknowledgement, NotUsed> acknowledgements() {
    return SqsAckFlow.create(queue, SqsAckSettings.of(aws), client, system);
  }

  /** Delayed messages count as visible: they are work that waits. */
  @Override
  public CompletionStage<QueueCounts> counts() {
    return Failures.plain(
        queue
            .with(
                url ->
                    client.getQueueAttributes(
                        request ->
                            request
                                .queueUrl(url)
                                .attributeNames(
                                    QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES,
                                    QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_NOT_VISIBLE,
                                    QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_DELAYED)))
            .thenApply(GetQueueAttributesResponse::attributes)
            .thenApply(
                counts ->
                    new QueueCounts(
                        count(counts, QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES)
                            + count(
                                counts, QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_DELAYED),
                        count(
                            counts,
                            QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_NOT_VISIBLE))));
  }

  /** Lets what waits be sent; the queue can be used again. */
  @Override
  public void close() {
    sends.close();
  }

  private static int count(Map<QueueAttributeName, String> counts, QueueAttributeName name) {
    return Integer.parseInt(counts.getOrDefault(name, "0"));
  }
}
