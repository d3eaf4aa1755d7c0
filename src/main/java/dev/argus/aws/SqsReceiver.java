package dev.argus.aws;

import dev.argus.ports.Completions;
import dev.argus.ports.Delivery;
import dev.argus.protocol.WireMessage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;
import software.amazon.awssdk.services.sqs.model.ChangeMessageVisibilityBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeName;
import software.amazon.awssdk.services.sqs.model.ReceiveMessageRequest;

/** {@link Receiver} on SQS. */
final class SqsReceiver implements Receiver {
  private static final Logger LOG = LoggerFactory.getLogger(SqsReceiver.class);

  private final QueueUrl queue;
  private final SqsSourceSettings settings;
  private final SqsAsyncClient client;

  SqsReceiver(QueueUrl queue, SqsSourceSettings settings, SqsAsyncClient client) {
    this.queue = queue;
    this.settings = settings;
    this.client = client;
  }

  @Override
  public CompletionStage<List<Delivery>> receive(int max) {
    return queue.with(
        url ->
            client
                .receiveMessage(request(url, max))
                .thenApply(response -> response.messages().stream().map(this::delivery).toList()));
  }

  @Override
  public void giveBack(List<Delivery> deliveries) {
    for (int from = 0; from < deliveries.size(); from += SqsSourceSettings.MAX_BATCH) {
      int to = Math.min(deliveries.size(), from + SqsSourceSettings.MAX_BATCH);
      List<ChangeMessageVisibilityBatchRequestEntry> entries = new ArrayList<>();
      for (Delivery delivery : deliveries.subList(from, to)) {
        entries.add(
            ChangeMessageVisibilityBatchRequestEntry.builder()
                .id(Integer.toString(entries.size()))
                .receiptHandle(delivery.receipt())
                .visibilityTimeout(0)
                .build());
      }
      queue
          .with(url -> client.changeMessageVisibilityBatch(r -> r.queueUrl(url).entries(entries)))
          .whenComplete(
              (response, failure) -> {
                if (failure != null) {
                  // Nothing is lost: the leases run out by themselves.
                  LOG.info(
                      "could not give {} messages back to {}: {}",
                      entries.size(),
                      queue.name(),
                      Completions.cause(failure).toString());
                }
              });
    }
  }

  private ReceiveMessageRequest request(String url, int max) {
    return ReceiveMessageRequest.builder()
        .queueUrl(url)
        .maxNumberOfMessages(max)
        .waitTimeSeconds((int) settings.waitTime().toSeconds())
        .visibilityTimeout((int) settings.visibilityTimeout().toSeconds())
        .messageAttributeNames("All")
        .messageSystemAttributeNames(
            MessageSystemAttributeName.APPROXIMATE_RECEIVE_COUNT,
            MessageSystemAttributeName.SENT_TIMESTAMP)
        .overrideConfiguration(
            o -> o.apiCallTimeout(settings.waitTime().plus(settings.callTimeout())))
        .build();
  }

  private Delivery delivery(Message message) {
    Map<MessageSystemAttributeName, String> system = message.attributes();
    return new Delivery(
        message.messageId(),
        message.receiptHandle(),
        Integer.parseInt(
            system.getOrDefault(MessageSystemAttributeName.APPROXIMATE_RECEIVE_COUNT, "1")),
        Instant.ofEpochMilli(
            Long.parseLong(system.getOrDefault(MessageSystemAttributeName.SENT_TIMESTAMP, "0"))),
        new WireMessage(message.body(), SqsAttributes.fromSqs(message.messageAttributes())));
  }
}
