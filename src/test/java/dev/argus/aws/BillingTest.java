package dev.argus.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.argus.localaws.Credentials;
import dev.argus.localaws.EmbeddedS3;
import dev.argus.localaws.EmbeddedSqs;
import dev.argus.ports.BilledRequests;
import dev.argus.ports.ObjectStore.Bucket;
import dev.argus.ports.ObjectStore.StoredObject;
import dev.argus.protocol.BilledRequest;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequestEntry;

class BillingTest {
  private static final int KB = 1024;

  private final BilledRequests billed = new BilledRequests();

  @Test
  void everyCallToSqsCountsUnderItsActionAnEmptyReceiveToo() {
    try (EmbeddedSqs server = EmbeddedSqs.start(Optional.empty(), 0, Credentials.random());
        AwsClients clients = clients(server.endpoint())) {
      SqsAsyncClient sqs = clients.sqs();
      String url = sqs.createQueue(r -> r.queueName("q")).join().queueUrl();
      sqs.receiveMessage(r -> r.queueUrl(url)).join();
      sqs.sendMessage(r -> r.queueUrl(url).messageBody("one")).join();
      String receipt =
          sqs.receiveMessage(r -> r.queueUrl(url)).join().messages().get(0).receiptHandle();
      sqs.changeMessageVisibility(r -> r.queueUrl(url).receiptHandle(receipt).visibilityTimeout(9))
          .join();
      sqs.deleteMessage(r -> r.queueUrl(url).receiptHandle(receipt)).join();
      sqs.getQueueAttributes(
              r ->
                  r.queueUrl(url).attributeNames(QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES))
          .join();
    }
    assertThat(billed.counts())
        .isEqualTo(
            Map.of(
                BilledRequest.SQS_OTHER, 1L,
                BilledRequest.SQS_RECEIVE, 2L,
                BilledRequest.SQS_SEND, 1L,
                BilledRequest.SQS_LEASE, 1L,
                BilledRequest.SQS_DELETE, 1L,
                BilledRequest.SQS_COUNT, 1L));
  }

  @Test
  void each64KbOfABatchIsARequestSentAndReceived() {
    try (EmbeddedSqs server = EmbeddedSqs.start(Optional.empty(), 0, Credentials.random());
        AwsClients clients = clients(server.endpoint())) {
      SqsAsyncClient sqs = clients.sqs();
      String url = sqs.createQueue(r -> r.queueName("q")).join().queueUrl();
      billed.take();
      List<SendMessageBatchRequestEntry> entries =
          IntStream.range(0, 10)
              .mapToObj(
                  i ->
                      SendMessageBatchRequestEntry.builder()
                          .id("m" + i)
                          .messageBody("x".repeat(20 * KB))
                          .build())
              .toList();
      sqs.sendMessageBatch(r -> r.queueUrl(url).entries(entries)).join();
      assertThat(billed.take()).isEqualTo(Map.of(BilledRequest.SQS_SEND, 4L)); // 200 KB

      int received =
          sqs.receiveMessage(r -> r.queueUrl(url).maxNumberOfMessages(10)).join().messages().size();
      assertThat(received).isEqualTo(10);
      assertThat(billed.take()).isEqualTo(Map.of(BilledRequest.SQS_RECEIVE, 4L));
    }
  }

  @Test
  void anAttemptThatWasAnsweredCountsAndOneThatReachedNobodyDoesNot() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    StubServer.Answer ok = new StubServer.Answer(200, "{\"QueueUrl\":\"http://x/q\"}");
    URI gone;
    try (StubServer server =
            new StubServer(
                request -> asked.incrementAndGet() < 3 ? new StubServer.Answer(503, "{}") : ok);
        AwsClients clients = clients(server.endpoint())) {
      gone = server.endpoint();
      clients.sqs().getQueueUrl(r -> r.queueName("q")).join();
    }
    assertThat(asked).hasValue(3);
    assertThat(billed.take()).isEqualTo(Map.of(BilledRequest.SQS_OTHER, 3L));

    try (AwsClients clients = clients(gone)) {
      assertThat(catchThrowable(() -> clients.sqs().getQueueUrl(r -> r.queueName("q")).join()))
          .isNotNull();
    }
    assertThat(billed.isEmpty()).isTrue();
  }

  @Test
  void s3CountsByPriceAndDeletesAreFree(@TempDir Path data) {
    Credentials credentials = Credentials.random();
    EmbeddedS3 server = EmbeddedS3.start(data, 0, credentials);
    AwsEnvironment environment =
        TestAws.environment(
            server.endpoint(), credentials.accessKeyId(), credentials.secretAccessKey());
    ActorSystem system = TestAws.system(TestAws.settings());
    try (server;
        AwsClients clients =
            new AwsClients(environment, TestAws.settings(), List.of(new Billing(billed)))) {
      TestAws.await(
          new BucketSetup(system, environment, TestAws.settings())
              .ensureBuckets(TestAws.argus().names()));
      S3ObjectStore store =
          new S3ObjectStore(
              system,
              environment,
              TestAws.settings(),
              TestAws.argus().names(),
              clients::s3,
              billed);
      StoredObject object = new StoredObject(ByteString.fromString("x"), "text/plain", Map.of());
      TestAws.await(store.put(Bucket.INPUT, "a", object));
      TestAws.await(store.putIfAbsent(Bucket.INPUT, "a", object)); // refused, and billed
      TestAws.await(store.keysAfter(Bucket.INPUT, "").runWith(Sink.seq(), system));
      assertThat(billed.take()).isEqualTo(Map.of(BilledRequest.S3_PUT, 3L));

      TestAws.await(store.get(Bucket.INPUT, "a"));
      TestAws.await(store.get(Bucket.INPUT, "missing"));
      TestAws.await(store.head(Bucket.INPUT, "a"));
      TestAws.await(store.check(Bucket.INPUT));
      assertThat(billed.take()).isEqualTo(Map.of(BilledRequest.S3_GET, 4L));

      TestAws.await(store.delete(Bucket.INPUT, "a"));
      assertThat(billed.isEmpty()).isTrue();
    } finally {
      system.terminate();
    }
  }

  private AwsClients clients(URI endpoint) {
    return new AwsClients(
        TestAws.environment(endpoint, "any", "any"),
        TestAws.settings(),
        List.of(new Billing(billed)));
  }
}
