package dev.argus.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.argus.config.AwsSettings;
import dev.argus.ports.Acknowledgement;
import dev.argus.ports.Delivery;
import dev.argus.ports.OverloadException;
import dev.argus.ports.QueueCounts;
import dev.argus.ports.QueueMissingException;
import dev.argus.ports.ReceiveGate;
import dev.argus.protocol.WireMessage;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.pekko.Done;
import org.apache.pekko.stream.KillSwitches;
import org.apache.pekko.stream.UniqueKillSwitch;
import org.apache.pekko.stream.javadsl.Keep;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.sqs.model.ChangeMessageVisibilityBatchRequest;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchRequest;
import software.amazon.awssdk.services.sqs.model.ReceiveMessageRequest;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequest;

class SqsQueueTest {
  private static LocalSqs sqs;

  @BeforeAll
  static void start() {
    sqs = new LocalSqs();
  }

  @AfterAll
  static void stop() {
    sqs.close();
  }

  @Test
  void deliversWhatWasSentWithAttributesReceiveCountAndTime() {
    SqsQueue queue = sqs.queue(sqs.newQueue());
    Instant before = Instant.now().minusSeconds(1);
    WireMessage message = new WireMessage("body", Map.of("name", "", "id", "7", "ü", "ß\n\"'"));
    TestAws.await(queue.send(message));

    Delivery delivery = receive(queue, 1).get(0);

    assertThat(delivery.message()).isEqualTo(message);
    assertThat(delivery.receiveCount()).isEqualTo(1);
    assertThat(delivery.sentAt()).isBetween(before, Instant.now().plusSeconds(1));
    TestAws.await(acknowledge(queue, Acknowledgement.giveBack(delivery)));
    Delivery again = receive(queue, 1).get(0);
    assertThat(again.receiveCount()).isEqualTo(2);
    assertThat(again.messageId()).isEqualTo(delivery.messageId());
  }

  @Test
  void aLoneMessageGoesAtOnceInOneCall() {
    String name = sqs.newQueue();
    SqsQueue queue = sqs.queue(name);
    TestAws.await(queue.counts());
    Instant before = Instant.now();
    TestAws.await(queue.send(new WireMessage("lone", Map.of())));
    assertThat(Duration.between(before, Instant.now())).isLessThan(Duration.ofSeconds(1));
    assertThat(calls(SendMessageBatchRequest.class, name)).hasSize(1);
  }

  @Test
  void sendsThatComeTogetherShareCalls() {
    String name = sqs.newQueue();
    SqsQueue queue = sqs.queue(name);
    List<CompletionStage<Done>> sends =
        IntStream.range(0, 200)
            .mapToObj(i -> queue.send(new WireMessage("body " + i, Map.of("id", "" + i))))
            .toList();
    sends.forEach(TestAws::await);

    List<SendMessageBatchRequest> calls = calls(SendMessageBatchRequest.class, name);
    assertThat(calls.stream().mapToInt(c -> c.entries().size()).sum()).isEqualTo(200);
    // Twenty full ones, and the few that met an idle call.
    assertThat(calls).hasSizeBetween(20, 30);
    assertThat(TestAws.await(queue.counts())).isEqualTo(new QueueCounts(200, 0));
  }

  @Test
  void batchesAreCutByBytes() {
    String name = sqs.newQueue();
    SqsQueue queue = sqs.queue(name);
    String body = "x".repeat(300 * 1024);
    List<CompletionStage<Done>> sends =
        IntStream.range(0, 12).mapToObj(i -> queue.send(new WireMessage(body, Map.of()))).toList();
    sends.forEach(TestAws::await);

    assertThat(calls(SendMessageBatchRequest.class, name))
        .allSatisfy(call -> assertThat(call.entries()).hasSizeLessThanOrEqualTo(3));
    assertThat(TestAws.await(queue.counts()).visible()).isEqualTo(12);
  }

  @Test
  void aMessageOfExactlyTheLimitGoesAndALargerOneFailsAtOnce() {
    SqsQueue queue = sqs.queue(sqs.newQueue());
    TestAws.await(queue.send(new WireMessage("x".repeat(1024 * 1024), Map.of())));
    assertThat(
            TestAws.failureOf(
                queue.send(new WireMessage("x".repeat(1024 * 1024 - 8), Map.of("id", "1")))))
        .isInstanceOf(MessageTooLargeException.class)
        .hasMessageContaining("found 1048577");
  }

  @Test
  void aMessageThatSqsRefusesFailsAlone() {
    SqsQueue queue = sqs.queue(sqs.newQueue());
    // SQS takes what XML 1.0 allows; NUL is not among it.
    List<CompletionStage<Done>> sends =
        IntStream.range(0, 20)
            .mapToObj(i -> queue.send(new WireMessage(i == 13 ? "bad \0" : "good", Map.of())))
            .toList();
    for (int i = 0; i < sends.size(); i++) {
      if (i == 13) {
        assertThat(TestAws.failureOf(sends.get(i))).isNotInstanceOf(OverloadException.class);
      } else {
        TestAws.await(sends.get(i));
      }
    }
    assertThat(TestAws.await(queue.counts()).visible()).isEqualTo(19);
  }

  @Test
  void aMissingQueueIsNamedAndFoundOnceItIsThere() {
    String name = "missing-" + System.nanoTime();
    SqsQueue queue = sqs.queue(name);
    WireMessage message = new WireMessage("body", Map.of());
    assertThat(TestAws.failureOf(queue.send(message)))
        .isInstanceOf(QueueMissingException.class)
        .hasMessageContaining(name);
    assertThat(TestAws.failureOf(queue.counts())).isInstanceOf(QueueMissingException.class);

    CompletionStage<Delivery> head =
        queue.deliveries(ReceiveGate.open(10)).runWith(Sink.head(), sqs.system);
    TestAws.await(new QueueSetup(sqs.client()).ensureQueue(name, Map.of()));
    TestAws.await(queue.send(message));
    assertThat(TestAws.await(head).message()).isEqualTo(message);
  }

  @Test
  void aQueueThatWentMissingAfterItWasUsedIsNamedToo() {
    String name = sqs.newQueue();
    SqsQueue queue = sqs.queue(name);
    WireMessage message = new WireMessage("body", Map.of());
    TestAws.await(queue.send(message));
    String url = sqs.client().getQueueUrl(r -> r.queueName(name)).join().queueUrl();
    sqs.client().deleteQueue(r -> r.queueUrl(url)).join();
    assertThat(TestAws.failureOf(queue.send(message))).isInstanceOf(QueueMissingException.class);
  }

  @Test
  void tooManyWaitingSendsAreRefusedAtOnce() {
    AwsSettings few =
        new AwsSettings(
            TestAws.CALL_TIMEOUT,
            64,
            32,
            64,
            5,
            1 << 20,
            TestAws.DELETE_LINGER,
            TestAws.BATCH_LINGER,
            TestAws.MIN_BACKOFF,
            TestAws.MAX_BACKOFF);
    SqsQueue queue = sqs.queue(sqs.newQueue(), few);
    List<CompletionStage<Done>> sends =
        IntStream.range(0, 500)
            .mapToObj(i -> queue.send(new WireMessage("body", Map.of())))
            .toList();
    Set<Class<?>> outcomes =
        sends.stream()
            .map(
                s ->
                    s.handle((done, e) -> e == null ? Done.class : e.getClass())
                        .toCompletableFuture()
                        .join())
            .collect(Collectors.toSet());
    assertThat(outcomes).containsExactlyInAnyOrder(Done.class, OverloadException.class);
  }

  @Test
  void aClosedQueueSendsWhatWaitsAndCanBeUsedAgain() {
    SqsQueue queue = sqs.queue(sqs.newQueue());
    List<CompletionStage<Done>> sends =
        IntStream.range(0, 30).mapToObj(i -> queue.send(new WireMessage("b", Map.of()))).toList();
    queue.close();
    sends.forEach(TestAws::await);
    TestAws.await(queue.send(new WireMessage("again", Map.of())));
    assertThat(TestAws.await(queue.counts()).visible()).isEqualTo(31);
  }

  @Test
  void deletesGoInBatchesAndStaleReceiptsPass() {
    String name = sqs.newQueue();
    SqsQueue queue = sqs.queue(name);
    IntStream.range(0, 60)
        .mapToObj(i -> queue.send(new WireMessage("b", Map.of())))
        .toList()
        .forEach(TestAws::await);
    List<Delivery> deliveries = receive(queue, 60);
    Delivery stale =
        new Delivery("gone", "no-receipt", 1, Instant.EPOCH, new WireMessage("b", Map.of()));

    List<Acknowledgement> acted =
        TestAws.await(
            Source.from(deliveries)
                .map(Acknowledgement::delete)
                .concat(
                    Source.from(
                        List.of(
                            Acknowledgement.delete(stale),
                            Acknowledgement.giveBack(stale),
                            Acknowledgement.ignore(stale))))
                .via(queue.acknowledgements())
                .runWith(Sink.seq(), sqs.system));

    assertThat(acted).hasSize(63);
    assertThat(TestAws.await(queue.counts())).isEqualTo(new QueueCounts(0, 0));
    assertThat(calls(DeleteMessageBatchRequest.class, name).size()).isLessThan(15);
  }

  @Test
  void theReceiptOfALeaseThatRanOutIsStaleOnceAnotherReceiverHasTheMessage() {
    String name = sqs.newQueue();
    SqsSourceSettings oneSecond =
        SqsSourceSettings.of(TestAws.settings(), Duration.ofSeconds(5), Duration.ofSeconds(1));
    SqsQueue queue = new SqsQueue(name, sqs.client(), TestAws.settings(), oneSecond, sqs.system);
    TestAws.await(queue.send(new WireMessage("b", Map.of())));
    Delivery first = receive(queue, 1).get(0);
    Delivery second = receive(queue, 1).get(0); // waits until the first lease has run out
    assertThat(second.receiveCount()).isEqualTo(2);
    TestAws.await(acknowledge(queue, Acknowledgement.extend(second, Duration.ofMinutes(5))));

    Acknowledgement stale = new Acknowledgement.Stale(first);
    assertThat(TestAws.await(acknowledge(queue, Acknowledgement.giveBack(first)))).isEqualTo(stale);
    assertThat(TestAws.await(acknowledge(queue, Acknowledgement.delete(first)))).isEqualTo(stale);
    assertThat(TestAws.await(queue.counts())).isEqualTo(new QueueCounts(0, 1));

    Acknowledgement done = Acknowledgement.delete(second);
    assertThat(TestAws.await(acknowledge(queue, done))).isEqualTo(done);
    assertThat(TestAws.await(queue.counts())).isEqualTo(new QueueCounts(0, 0));
    assertThat(TestAws.await(acknowledge(queue, Acknowledgement.giveBack(second))))
        .isEqualTo(new Acknowledgement.Stale(second));
  }

  @Test
  void theLastWordOnALeaseCounts() {
    String name = sqs.newQueue();
    SqsQueue queue = sqs.queue(name);
    TestAws.await(queue.send(new WireMessage("b", Map.of())));
    Delivery delivery = receive(queue, 1).get(0);
    TestAws.await(
        Source.from(
                List.of(
                    Acknowledgement.extend(delivery, Duration.ofMillis(1500)),
                    Acknowledgement.extend(delivery, Duration.ofMinutes(5)),
                    Acknowledgement.giveBack(delivery)))
            .via(queue.acknowledgements())
            .runWith(Sink.seq(), sqs.system));
    assertThat(TestAws.await(queue.counts())).isEqualTo(new QueueCounts(1, 0));
    assertThat(
            calls(ChangeMessageVisibilityBatchRequest.class, name)
                .get(0)
                .entries()
                .get(0)
                .visibilityTimeout())
        .isIn(0, 2);
  }

  @Test
  void aCancelledStreamGivesBackWhatItsReceiveBrings() {
    String name = sqs.newQueue();
    SqsQueue queue = sqs.queue(name);
    UniqueKillSwitch killSwitch =
        queue
            .deliveries(ReceiveGate.open(10))
            .viaMat(KillSwitches.single(), Keep.right())
            .to(Sink.ignore())
            .run(sqs.system);
    await().until(() -> !calls(ReceiveMessageRequest.class, name).isEmpty());
    killSwitch.shutdown();
    // The receive is still open on the server and takes this message.
    TestAws.await(queue.send(new WireMessage("b", Map.of())));
    await()
        .untilAsserted(
            () -> assertThat(calls(ChangeMessageVisibilityBatchRequest.class, name)).isNotEmpty());
    await()
        .untilAsserted(
            () -> assertThat(TestAws.await(queue.counts())).isEqualTo(new QueueCounts(1, 0)));
  }

  @Test
  void theUrlOnlyNamesTheQueueCallsGoToTheEndpoint() {
    String name = sqs.newQueue();
    sqs.client()
        .sendMessage(
            r ->
                r.queueUrl(
                        "http://elsewhere.invalid:1"
                            + sqs.server.endpoint().getPath()
                            + "/000000000000/"
                            + name)
                    .messageBody("b"))
        .join();
    assertThat(TestAws.await(sqs.queue(name).counts()).visible()).isEqualTo(1);
  }

  @Test
  void theSameNameIsTheSameQueueAndOnlySoManyAreRemembered() {
    SqsQueues queues =
        new SqsQueues(
            sqs.client(),
            "argus",
            TestAws.settings(),
            LocalSqs.source(TestAws.settings()),
            sqs.system);
    var first = queues.named("first");
    assertThat(queues.named("first")).isSameAs(first);
    for (int i = 0; i < SqsQueues.MAX_QUEUES; i++) {
      queues.named("other-" + i);
    }
    assertThat(queues.named("first")).isNotSameAs(first);
    queues.close();
  }

  private static List<Delivery> receive(SqsQueue queue, int count) {
    return TestAws.await(
        queue.deliveries(ReceiveGate.open(10)).take(count).runWith(Sink.seq(), sqs.system));
  }

  private static CompletionStage<Acknowledgement> acknowledge(
      SqsQueue queue, Acknowledgement acknowledgement) {
    return Source.single(acknowledgement)
        .via(queue.acknowledgements())
        .runWith(Sink.head(), sqs.system);
  }

  private static <T extends software.amazon.awssdk.services.sqs.model.SqsRequest> List<T> calls(
      Class<T> type, String queue) {
    return sqs.calls.of(type).stream()
        .filter(
            call ->
                call.getValueForField("QueueUrl", String.class)
                    .filter(Objects::nonNull)
                    .map(url -> url.endsWith("/" + queue))
                    .orElse(false))
        .toList();
  }
}
