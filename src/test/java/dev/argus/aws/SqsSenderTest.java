package dev.argus.aws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.aws.SqsPublishResult.Failed;
import dev.argus.aws.SqsPublishResult.Sent;
import dev.argus.config.Backoff;
import dev.argus.ports.CallRefusedException;
import dev.argus.protocol.WireMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.pekko.actor.ActorSystem;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;
import software.amazon.awssdk.services.sqs.model.BatchResultErrorEntry;
import software.amazon.awssdk.services.sqs.model.GetQueueUrlRequest;
import software.amazon.awssdk.services.sqs.model.GetQueueUrlResponse;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequest;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchResponse;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchResultEntry;
import software.amazon.awssdk.services.sqs.model.SqsException;

/** What an embedded SQS cannot be made to do: fail in part, and fail on its own side. */
class SqsSenderTest {
  private static ActorSystem system;

  private final FailingSqs sqs = new FailingSqs();
  private final RetryPolicy retry =
      new RetryPolicy(
          new Backoff(Duration.ofMillis(1), Duration.ofMillis(5)), 3, Duration.ofSeconds(10));
  private final SqsSender sender = new SqsSender(new QueueUrl("q", sqs), retry, sqs, system);

  @BeforeAll
  static void start() {
    system = ActorSystem.create("sender-test", TestAws.argus().config());
  }

  @AfterAll
  static void stop() {
    system.terminate();
  }

  @Test
  void whatSqsFailedToTakeIsSentAgainAndWhatItRefusedIsNot() {
    sqs.answers.add(
        batch ->
            answer(batch, Map.of("a", error("InternalError", false), "b", error("Bad", true))));

    List<SqsPublishResult<String>> results = TestAws.await(sender.send(messages("a", "b", "c")));

    assertThat(sqs.bodies).containsExactly(List.of("a", "b", "c"), List.of("a"));
    assertThat(results)
        .filteredOn(r -> r instanceof Sent)
        .extracting("context")
        .containsExactlyInAnyOrder("a", "c");
    assertThat(results)
        .filteredOn(r -> r instanceof Failed)
        .singleElement()
        .isInstanceOfSatisfying(
            Failed.class,
            failed -> {
              assertThat(failed.context()).isEqualTo("b");
              assertThat(failed.cause())
                  .isInstanceOf(MessageRefusedException.class)
                  .hasMessageContaining("Bad");
            });
  }

  @Test
  void aCallThatFailsOnTheWayIsMadeAgainSoOftenAndThenFails() {
    for (int i = 0; i < 5; i++) {
      sqs.answers.add(batch -> CompletableFuture.failedFuture(SdkClientException.create("reset")));
    }
    List<SqsPublishResult<String>> results = TestAws.await(sender.send(messages("a")));
    assertThat(sqs.bodies).hasSize(3);
    assertThat(results).singleElement().isInstanceOf(Failed.class);
  }

  @Test
  void aThrottledCallIsMadeAgain() {
    sqs.answers.add(
        batch ->
            CompletableFuture.failedFuture(
                SqsException.builder().statusCode(429).message("slow down").build()));
    assertThat(TestAws.await(sender.send(messages("a", "b"))))
        .hasSize(2)
        .allMatch(r -> r instanceof Sent);
  }

  @Test
  void aBatchThatIsRefusedAsAWholeIsSentOneByOne() {
    Function<SendMessageBatchRequest, CompletableFuture<SendMessageBatchResponse>> refuse =
        batch ->
            CompletableFuture.failedFuture(
                SqsException.builder().statusCode(400).message("no").build());
    sqs.answers.add(refuse);
    sqs.answers.add(refuse);

    List<SqsPublishResult<String>> results = TestAws.await(sender.send(messages("a", "b", "c")));

    assertThat(sqs.bodies).hasSize(4);
    assertThat(results).filteredOn(r -> r instanceof Sent).hasSize(2);
  }

  @Test
  void aQueueThatDeniesThisSenderRefusesEachMessageInOneCall() {
    sqs.answers.add(batch -> CompletableFuture.failedFuture(forbidden("AccessDenied")));

    List<SqsPublishResult<String>> results = TestAws.await(sender.send(messages("a", "b")));

    assertThat(sqs.bodies).hasSize(1);
    assertThat(results)
        .hasSize(2)
        .allSatisfy(
            result ->
                assertThat(((Failed<String>) result).cause())
                    .isInstanceOf(CallRefusedException.class)
                    .hasMessageContaining("AccessDenied"));
  }

  @Test
  void credentialsThatAreNoGoodAreNoRefusalOfTheMessage() {
    sqs.answers.add(batch -> CompletableFuture.failedFuture(forbidden("ExpiredToken")));

    List<SqsPublishResult<String>> results = TestAws.await(sender.send(messages("a")));

    assertThat(results)
        .singleElement()
        .satisfies(
            result ->
                assertThat(((Failed<String>) result).cause())
                    .isInstanceOf(SqsException.class)
                    .isNotInstanceOf(CallRefusedException.class));
  }

  @Test
  void aPageOfSomethingInBetweenIsNoRefusalOfTheMessage() {
    sqs.answers.add(
        batch ->
            CompletableFuture.failedFuture(
                SqsException.builder().statusCode(403).message("<html>").build()));

    assertThat(TestAws.await(sender.send(messages("a"))))
        .singleElement()
        .satisfies(
            result ->
                assertThat(((Failed<String>) result).cause())
                    .isNotInstanceOf(CallRefusedException.class));
  }

  private static Throwable forbidden(String code) {
    return SqsException.builder()
        .statusCode(403)
        .awsErrorDetails(AwsErrorDetails.builder().errorCode(code).errorMessage("no").build())
        .build();
  }

  private static List<SqsMessage<String>> messages(String... bodies) {
    return IntStream.range(0, bodies.length)
        .mapToObj(i -> new SqsMessage<>(new WireMessage(bodies[i], Map.of()), bodies[i]))
        .toList();
  }

  private static BatchResultErrorEntry error(String code, boolean senderFault) {
    return BatchResultErrorEntry.builder().code(code).senderFault(senderFault).build();
  }

  private static CompletableFuture<SendMessageBatchResponse> answer(
      SendMessageBatchRequest batch, Map<String, BatchResultErrorEntry> errors) {
    List<SendMessageBatchResultEntry> sent = new ArrayList<>();
    List<BatchResultErrorEntry> failed = new ArrayList<>();
    for (SendMessageBatchRequestEntry entry : batch.entries()) {
      BatchResultErrorEntry error = errors.get(entry.messageBody());
      if (error == null) {
        sent.add(SendMessageBatchResultEntry.builder().id(entry.id()).build());
      } else {
        failed.add(error.toBuilder().id(entry.id()).build());
      }
    }
    return CompletableFuture.completedFuture(
        SendMessageBatchResponse.builder().successful(sent).failed(failed).build());
  }

  private static final class FailingSqs implements SqsAsyncClient {
    final List<Function<SendMessageBatchRequest, CompletableFuture<SendMessageBatchResponse>>>
        answers = new CopyOnWriteArrayList<>();
    final List<List<String>> bodies = new CopyOnWriteArrayList<>();

    @Override
    public CompletableFuture<GetQueueUrlResponse> getQueueUrl(GetQueueUrlRequest request) {
      return CompletableFuture.completedFuture(
          GetQueueUrlResponse.builder().queueUrl("http://sqs/q").build());
    }

    @Override
    public CompletableFuture<SendMessageBatchResponse> sendMessageBatch(
        SendMessageBatchRequest batch) {
      bodies.add(batch.entries().stream().map(SendMessageBatchRequestEntry::messageBody).toList());
      return answers.isEmpty() ? answer(batch, Map.of()) : answers.remove(0).apply(batch);
    }

    @Override
    public String serviceName() {
      return SERVICE_NAME;
    }

    @Override
    public void close() {}
  }
}
