package dev.argus.localaws;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/**
 * What a web page can send to loopback ports from a browser of this machine must change nothing and
 * tell nothing: forms and simple requests without preflight, and with DNS rebinding any request.
 */
class BrowserAttackTest {
  private static final Credentials CREDENTIALS = Credentials.random();
  private static final String ARN = "arn:aws:sqs:us-east-1:000000000000:";
  private static final String FORM = "application/x-www-form-urlencoded";
  private static final String JSON = "application/x-amz-json-1.0";
  private static final List<String> ACTIONS =
      List.of(
          "AddPermission",
          "CancelMessageMoveTask",
          "ChangeMessageVisibility",
          "ChangeMessageVisibilityBatch",
          "CreateQueue",
          "DeleteMessage",
          "DeleteMessageBatch",
          "DeleteQueue",
          "GetQueueAttributes",
          "GetQueueUrl",
          "ListDeadLetterSourceQueues",
          "ListMessageMoveTasks",
          "ListQueueTags",
          "ListQueues",
          "PurgeQueue",
          "ReceiveMessage",
          "RemovePermission",
          "SendMessage",
          "SendMessageBatch",
          "SetQueueAttributes",
          "StartMessageMoveTask",
          "TagQueue",
          "UntagQueue");

  @TempDir Path data;

  @Test
  void noActionOfSqsThatChangesOrTellsAnythingIsTakenFromWhoDoesNotKnowTheEndpoint()
      throws IOException {
    try (EmbeddedSqs sqs = EmbeddedSqs.start(Optional.empty(), 0, CREDENTIALS);
        SqsAsyncClient client = Clients.sqs(sqs.endpoint())) {
      String dead = queue(client, "dead", Map.of());
      String photos =
          queue(
              client,
              "photos",
              Map.of(
                  QueueAttributeName.REDRIVE_POLICY,
                  "{\"deadLetterTargetArn\":\"" + ARN + "dead\",\"maxReceiveCount\":9}"));
      client.sendMessage(b -> b.queueUrl(dead).messageBody("secret")).join();
      client.sendMessage(b -> b.queueUrl(photos).messageBody("secret")).join();
      String before = state(client, dead) + state(client, photos);
      URI root = URI.create("http://127.0.0.1:" + sqs.endpoint().getPort());
      List<String> urls =
          List.of(
              "",
              root + "/000000000000/photos",
              root + "/photos",
              "/000000000000/photos",
              "photos");
      for (String action : ACTIONS) {
        for (String path : List.of("/", "/photos", "/000000000000/photos", "//")) {
          for (String url : urls) {
            assertUntold(post(root, path, FORM, form(action, url)));
            assertUntold(
                post(root, path, JSON + "\r\nX-Amz-Target: AmazonSQS." + action, json(url)));
          }
        }
      }
      assertThat(client.listQueues().join().queueUrls()).hasSize(2);
      assertThat(state(client, dead) + state(client, photos)).isEqualTo(before);
      assertThat(client.receiveMessage(b -> b.queueUrl(dead)).join().messages()).hasSize(1);
    }
  }

  private static String queue(
      SqsAsyncClient client, String name, Map<QueueAttributeName, String> attributes) {
    return client.createQueue(b -> b.queueName(name).attributes(attributes)).join().queueUrl();
  }

  private static String state(SqsAsyncClient client, String url) {
    return new TreeMap<>(
            client
                .getQueueAttributes(b -> b.queueUrl(url).attributeNames(QueueAttributeName.ALL))
                .join()
                .attributes())
        + client.listQueueTags(b -> b.queueUrl(url)).join().tags().toString();
  }

  /** Whatever some action may need, for those that it does not need do no harm. */
  private static String form(String action, String url) {
    return "Version=2012-11-05&Action="
        + action
        + (url.isEmpty() ? "" : "&QueueUrl=" + URLEncoder.encode(url, StandardCharsets.UTF_8))
        + "&QueueName=photos&MessageBody=evil&SourceArn="
        + ARN
        + "dead&DestinationArn="
        + ARN
        + "photos&Attribute.Name=VisibilityTimeout&Attribute.Value=7&Tag.1.Key=a&Tag.1.Value=b"
        + "&TagKey.1=a&SendMessageBatchRequestEntry.1.Id=1"
        + "&SendMessageBatchRequestEntry.1.MessageBody=evil&AttributeName.1=All&TaskHandle=x";
  }

  private static String json(String url) {
    return "{"
        + (url.isEmpty() ? "" : "\"QueueUrl\":\"" + url + "\",")
        + "\"QueueName\":\"photos\",\"MessageBody\":\"evil\",\"SourceArn\":\""
        + ARN
        + "dead\",\"DestinationArn\":\""
        + ARN
        + "photos\",\"Attributes\":{\"VisibilityTimeout\":\"7\"},\"Tags\":{\"a\":\"b\"},"
        + "\"TagKeys\":[\"a\"],\"Entries\":[{\"Id\":\"1\",\"MessageBody\":\"evil\"}],"
        + "\"AttributeNames\":[\"All\"],\"TaskHandle\":\"x\"}";
  }

  private static void assertUntold(String answer) {
    assertThat(answer)
        .matches("(?s)HTTP/1\\.1 \\d\\d\\d .*")
        .doesNotContain("secret")
        .doesNotContain(CREDENTIALS.secretAccessKey())
        .doesNotContain("QueueUrl>")
        .doesNotContain("\"QueueUrl\"")
        .doesNotContain("<ReceiptHandle>")
        .doesNotContain("\"ReceiptHandle\"");
  }

  @Test
  void theAddressOfTheEmbeddedSqsCannotBeGuessedAndLastsAsLongAsTheCredentials() {
    try (EmbeddedSqs one = EmbeddedSqs.start(Optional.empty(), 0, CREDENTIALS);
        EmbeddedSqs again = EmbeddedSqs.start(Optional.empty(), 0, CREDENTIALS);
        EmbeddedSqs other = EmbeddedSqs.start(Optional.empty(), 0, Credentials.random())) {
      assertThat(one.endpoint().getPath())
          .matches("/[0-9a-f]{32}")
          .isEqualTo(again.endpoint().getPath())
          .isNotEqualTo(other.endpoint().getPath());
    }
  }

  @Test
  void aPageCannotMakeABucketReadAnObjectOrUploadByAForm() throws IOException {
    try (EmbeddedS3 s3 = EmbeddedS3.start(data, 0, CREDENTIALS);
        S3AsyncClient client = Clients.s3(s3.endpoint(), CREDENTIALS)) {
      client.createBucket(b -> b.bucket("photos")).join();
      client
          .putObject(b -> b.bucket("photos").key("secret"), AsyncRequestBody.fromString("hidden"))
          .join();
      String form =
          "--b\r\nContent-Disposition: form-data; name=\"key\"\r\n\r\nevil\r\n"
              + "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"e\"\r\n\r\nevil\r\n"
              + "--b--\r\n";
      assertRefused(post(s3.endpoint(), "/photos", "multipart/form-data; boundary=b", form));
      assertRefused(post(s3.endpoint(), "/photos?delete", "text/plain", "<Delete/>"));
      assertRefused(call(s3.endpoint(), "GET", "/photos/secret", "text/plain", ""));
      assertRefused(call(s3.endpoint(), "GET", "/", "text/plain", ""));
      assertRefused(call(s3.endpoint(), "PUT", "/made-by-a-page", "text/plain", ""));
      assertRefused(call(s3.endpoint(), "DELETE", "/photos/secret", "text/plain", ""));
      assertThat(client.listBuckets().join().buckets())
          .extracting(bucket -> bucket.name())
          .containsExactly("photos");
      assertThat(client.listObjectsV2(b -> b.bucket("photos")).join().contents())
          .extracting(object -> object.key())
          .containsExactly("secret");
    }
  }

  private static void assertRefused(String answer) {
    assertThat(answer).matches("(?s)HTTP/1\\.1 4\\d\\d.*").doesNotContain("hidden");
    assertThat(answer.toLowerCase(Locale.ROOT)).doesNotContain("access-control-allow-origin");
  }

  private static String post(URI server, String path, String type, String body) throws IOException {
    return call(server, "POST", path, type, body);
  }

  /** As a rebound page sends it: the page's own name in Host and Origin. */
  private static String call(URI server, String method, String path, String type, String body)
      throws IOException {
    try (Socket socket = new Socket(server.getHost(), server.getPort())) {
      socket
          .getOutputStream()
          .write(
              (method
                      + " "
                      + path
                      + " HTTP/1.1\r\nHost: page.example:"
                      + server.getPort()
                      + "\r\nOrigin: http://page.example:"
                      + server.getPort()
                      + "\r\nSec-Fetch-Site: same-origin\r\nConnection: close\r\nContent-Type: "
                      + type
                      + "\r\nContent-Length: "
                      + body.length()
                      + "\r\n\r\n"
                      + body)
                  .getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
