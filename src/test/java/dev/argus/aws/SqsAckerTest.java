package dev.argus.aws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.config.Backoff;
import dev.argus.ports.Acknowledgement;
import dev.argus.ports.Delivery;
import dev.argus.protocol.WireMessage;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.pekko.actor.ActorSystem;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;
import software.amazon.awssdk.services.sqs.model.BatchResultErrorEntry;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchRequest;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchResponse;
import software.amazon.awssdk.services.sqs.model.GetQueueUrlRequest;
import software.amazon.awssdk.services.sqs.model.GetQueueUrlResponse;

class SqsAckerTest {
  private static ActorSystem system;

  private final FailingSqs sqs = new FailingSqs();
  private final SqsAcker acker =
      new SqsAcker(
          new QueueUrl("q", sqs),
          new RetryPolicy(
              new Backoff(Duration.ofMillis(1), Duration.ofMillis(5)), 3, Duration.ofSeconds(10)),
          sqs,
          system);

  @BeforeAll
  static void start() {
    system = ActorSystem.create("acker-test", TestAws.argus().config());
  }

  @AfterAll
  static void stop() {
    system.terminate();
  }

  @Test
  void onlyWhatFailedOnTheSideOfSqsIsTriedAgain() {
    sqs.answers.add(
        DeleteMessageBatchResponse.builder()
            .failed(
                error("0", "InternalError", false),
                error("1", "ReceiptHandleIsInvalid", true),
                error("2", "SomethingElse", true))
            .build());
    List<Acknowledgement> acks = deletes("a", "b", "c", "d");

    assertThat(TestAws.await(acker.delete(acks)))
        .containsExactly(
            acks.get(0),
            new Acknowledgement.Stale(acks.get(1).delivery()),
            acks.get(2),
            acks.get(3));
    assertThat(sqs.receipts).containsExactly(List.of("a", "b", "c", "d"), List.of("a"));
  }

  @Test
  void anOutageIsGivenUpAfterSomeAttemptsAndFailsNothing() {
    sqs.down = true;
    List<Acknowledgement> acks = deletes("a");
    assertThat(TestAws.await(acker.delete(acks))).isEqualTo(acks);
    assertThat(sqs.receipts).hasSize(3);
  }

  private static List<Acknowledgement> deletes(String... receipts) {
    List<Acknowledgement> acks = new ArrayList<>();
    for (String receipt : receipts) {
      acks.add(
          Acknowledgement.delete(
              new Delivery("id", receipt, 1, Instant.EPOCH, new WireMessage("body", Map.of()))));
    }
    return acks;
  }

  private static BatchResultErrorEntry error(String id, String code, boolean senderFault) {
    return BatchResultErrorEntry.builder().id(id).code(code).senderFault(senderFault).build();
  }

  private static final class FailingSqs implements SqsAsyncClient {
    final List<DeleteMessageBatchResponse> answers = new CopyOnWriteArrayList<>();
    final List<List<String>> receipts = new CopyOnWriteArrayList<>();
    volatile boolean down;

    @Override
    public CompletableFuture<GetQueueUrlResponse> getQueueUrl(GetQueueUrlRequest request) {
      return CompletableFuture.completedFuture(
          GetQueueUrlResponse.builder().queueUrl("http://sqs/q").build());
    }

    @Override
    public CompletableFuture<DeleteMessageBatchResponse> deleteMessageBatch(
        DeleteMessageBatchRequest batch) {
      receipts.add(
          batch.entries().stream().map(DeleteMessageBatchRequestEntry::receiptHandle).toList());
      if (down) {
        return CompletableFuture.failedFuture(SdkClientException.create("reset"));
      }
      return CompletableFuture.completedFuture(
          answers.isEmpty() ? DeleteMessageBatchResponse.builder().build() : answers.remove(0));
    }

    @Override
    public String serviceName() {
      return SERVICE_NAME;
    }

    @Override
    public void close() {}
  }
}
