package dev.argus.localaws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import scalikejdbc.ConnectionPool;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeName;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;
import software.amazon.awssdk.services.sqs.model.QueueDoesNotExistException;
import software.amazon.awssdk.services.sqs.model.SqsException;

class EmbeddedSqsTest {
  private static final Credentials CREDENTIALS = Credentials.random();

  @TempDir Path data;

  @Test
  void aMessageComesBackWholeAfterARestart() {
    String body = base64OfBytes(700 * 1024);
    Map<String, MessageAttributeValue> attributes = new HashMap<>();
    IntStream.range(0, 10)
        .forEach(i -> attributes.put("attribute" + i, text("größe " + i + " \"quoted\" 猫")));
    try (EmbeddedSqs sqs = EmbeddedSqs.start(Optional.of(data), 0, CREDENTIALS);
        SqsAsyncClient client = Clients.sqs(sqs.endpoint())) {
      String url = client.createQueue(b -> b.queueName("photos")).join().queueUrl();
      client
          .sendMessage(b -> b.queueUrl(url).messageBody(body).messageAttributes(attributes))
          .join();
    }
    try (EmbeddedSqs sqs = EmbeddedSqs.start(Optional.of(data), 0, CREDENTIALS);
        SqsAsyncClient client = Clients.sqs(sqs.endpoint())) {
      Message message = receive(client, url(client, "photos"));
      assertThat(message.body()).isEqualTo(body);
      assertThat(message.messageAttributes()).isEqualTo(attributes);
    }
  }

  @Test
  void queuesKeepAttributesRedrivePolicyAndReceiveCountsOverARestart() {
    try (EmbeddedSqs sqs = EmbeddedSqs.start(Optional.of(data), 0, CREDENTIALS);
        SqsAsyncClient client = Clients.sqs(sqs.endpoint())) {
      String dead = client.createQueue(b -> b.queueName("dead")).join().queueUrl();
      String deadArn = attributes(client, dead).get(QueueAttributeName.QUEUE_ARN);
      String url =
          client
              .createQueue(
                  b ->
                      b.queueName("photos")
                          .attributes(
                              Map.of(
                                  QueueAttributeName.VISIBILITY_TIMEOUT,
                                  "77",
                                  QueueAttributeName.REDRIVE_POLICY,
                                  "{\"deadLetterTargetArn\":\""
                                      + deadArn
                                      + "\",\"maxReceiveCount\":2}")))
              .join()
              .queueUrl();
      client.sendMessage(b -> b.queueUrl(url).messageBody("photo")).join();
      giveBack(client, url, receive(client, url));
    }
    try (EmbeddedSqs sqs = EmbeddedSqs.start(Optional.of(data), 0, CREDENTIALS);
        SqsAsyncClient client = Clients.sqs(sqs.endpoint())) {
      String url = url(client, "photos");
      assertThat(attributes(client, url))
          .containsEntry(QueueAttributeName.VISIBILITY_TIMEOUT, "77")
          .hasEntrySatisfying(
              QueueAttributeName.REDRIVE_POLICY,
              p -> assertThat(p).contains("dead").contains("maxReceiveCount"));
      Message second = receive(client, url);
      assertThat(second.attributes())
          .containsEntry(MessageSystemAttributeName.APPROXIMATE_RECEIVE_COUNT, "2");
      giveBack(client, url, second);
      client.receiveMessage(b -> b.queueUrl(url)).join();
      assertThat(receive(client, url(client, "dead")).body()).isEqualTo("photo");
    }
  }

  @Test
  void aDeletedMessageStaysDeletedAndADeletedQueueToo() {
    try (EmbeddedSqs sqs = EmbeddedSqs.start(Optional.of(data), 0, CREDENTIALS);
        SqsAsyncClient client = Clients.sqs(sqs.endpoint())) {
      String url = client.createQueue(b -> b.queueName("photos")).join().queueUrl();
      String gone = client.createQueue(b -> b.queueName("gone")).join().queueUrl();
      client.sendMessage(b -> b.queueUrl(url).messageBody("photo")).join();
      Message message = receive(client, url);
      client.deleteMessage(b -> b.queueUrl(url).receiptHandle(message.receiptHandle())).join();
      client.deleteQueue(b -> b.queueUrl(gone)).join();
    }
    try (EmbeddedSqs sqs = EmbeddedSqs.start(Optional.of(data), 0, CREDENTIALS);
        SqsAsyncClient client = Clients.sqs(sqs.endpoint())) {
      assertThat(attributes(client, url(client, "photos")))
          .containsEntry(QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES, "0")
          .containsEntry(QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_NOT_VISIBLE, "0");
      assertThatThrownBy(() -> url(client, "gone"))
          .hasCauseInstanceOf(QueueDoesNotExistException.class);
    }
  }

  @Test
  void aLeasedMessageCanBeDeletedWithItsOldReceiptAfterARestart() {
    String receipt;
    try (EmbeddedSqs sqs = EmbeddedSqs.start(Optional.of(data), 0, CREDENTIALS);
        SqsAsyncClient client = Clients.sqs(sqs.endpoint())) {
      String url = client.createQueue(b -> b.queueName("photos")).join().queueUrl();
      client.sendMessage(b -> b.queueUrl(url).messageBody("photo")).join();
      receipt = receive(client, url).receiptHandle();
    }
    try (EmbeddedSqs sqs = EmbeddedSqs.start(Optional.of(data), 0, CREDENTIALS);
        SqsAsyncClient client = Clients.sqs(sqs.endpoint())) {
      String url = url(client, "photos");
      assertThat(attributes(client, url))
          .containsEntry(QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_NOT_VISIBLE, "1");
      client.deleteMessage(b -> b.queueUrl(url).receiptHandle(receipt)).join();
      assertThat(attributes(client, url))
          .containsEntry(QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_NOT_VISIBLE, "0");
    }
  }

  @Test
  void aBodyBeyondAMebibyteIsRefusedAsSqsDoes() {
    try (EmbeddedSqs sqs = EmbeddedSqs.start(Optional.empty(), 0, CREDENTIALS);
        SqsAsyncClient client = Clients.sqs(sqs.endpoint())) {
      String url = client.createQueue(b -> b.queueName("photos")).join().queueUrl();
      String body = "x".repeat(1024 * 1024 + 1);
      assertThatThrownBy(() -> client.sendMessage(b -> b.queueUrl(url).messageBody(body)).join())
          .hasCauseInstanceOf(SqsException.class);
    }
  }

  @Test
  void aSecondStoreOnDiskInTheSameProcessIsRefused() {
    try (EmbeddedSqs first = EmbeddedSqs.start(Optional.of(data.resolve("a")), 0, CREDENTIALS);
        EmbeddedSqs inMemory = EmbeddedSqs.start(Optional.empty(), 0, CREDENTIALS)) {
      assertThat(first.endpoint()).isNotEqualTo(inMemory.endpoint());
      assertThatThrownBy(() -> EmbeddedSqs.start(Optional.of(data.resolve("b")), 0, CREDENTIALS))
          .isInstanceOf(LocalAwsException.class)
          .hasMessageContaining("one database per JVM");
    }
  }

  @Test
  void aStoreThatFailedOnceAcknowledgesNothingMore() throws SQLException {
    try (EmbeddedSqs sqs = EmbeddedSqs.start(Optional.of(data), 0, CREDENTIALS);
        SqsAsyncClient client = Clients.sqs(sqs.endpoint())) {
      String url = client.createQueue(b -> b.queueName("photos")).join().queueUrl();
      // A queue is acknowledged before its tables are there; a message is not.
      client.sendMessage(b -> b.queueUrl(url).messageBody("photo")).join();
      try (var connection = ConnectionPool.get(ConnectionPool.DEFAULT_NAME()).borrow();
          var statement = connection.createStatement()) {
        statement.execute("DROP ALL OBJECTS");
      }
      for (int i = 0; i < 2; i++) {
        assertThatThrownBy(
                () ->
                    client
                        .sendMessage(
                            b ->
                                b.queueUrl(url)
                                    .messageBody("photo")
                                    .overrideConfiguration(
                                        c -> c.apiCallTimeout(Duration.ofSeconds(1))))
                        .join())
            .isInstanceOf(CompletionException.class);
      }
    }
  }

  @Test
  void aTakenPortIsSaidSo() {
    try (EmbeddedSqs first = EmbeddedSqs.start(Optional.empty(), 0, CREDENTIALS)) {
      int port = first.endpoint().getPort();
      assertThatThrownBy(() -> EmbeddedSqs.start(Optional.empty(), port, CREDENTIALS))
          .isInstanceOf(LocalAwsException.class)
          .hasMessageContaining(String.valueOf(port));
    }
  }

  private static String base64OfBytes(int size) {
    byte[] bytes = new byte[size];
    new Random(1).nextBytes(bytes);
    return Base64.getEncoder().encodeToString(bytes);
  }

  private static MessageAttributeValue text(String value) {
    return MessageAttributeValue.builder().dataType("String").stringValue(value).build();
  }

  private static String url(SqsAsyncClient client, String queue) {
    return client.getQueueUrl(b -> b.queueName(queue)).join().queueUrl();
  }

  private static Map<QueueAttributeName, String> attributes(SqsAsyncClient client, String url) {
    return client
        .getQueueAttributes(b -> b.queueUrl(url).attributeNames(QueueAttributeName.ALL))
        .join()
        .attributes();
  }

  private static Message receive(SqsAsyncClient client, String url) {
    return client
        .receiveMessage(
            b ->
                b.queueUrl(url)
                    .waitTimeSeconds(5)
                    .messageAttributeNames("All")
                    .messageSystemAttributeNames(MessageSystemAttributeName.ALL))
        .join()
        .messages()
        .get(0);
  }

  private static void giveBack(SqsAsyncClient client, String url, Message message) {
    client
        .changeMessageVisibility(
            b -> b.queueUrl(url).receiptHandle(message.receiptHandle()).visibilityTimeout(0))
        .join();
  }
}
