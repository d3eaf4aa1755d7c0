package dev.argus.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.argus.localaws.Credentials;
import dev.argus.localaws.EmbeddedS3;
import dev.argus.localaws.EmbeddedSqs;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;

class FaultProxyTest {
  private static ActorSystem<Void> system;

  private final HttpClient http = HttpClient.newHttpClient();
  private final List<String> seen = new CopyOnWriteArrayList<>();
  private HttpServer service;
  private FaultProxy proxy;

  @BeforeAll
  static void startSystem() {
    system = ActorSystem.create(Behaviors.empty(), "proxy");
  }

  @AfterAll
  static void stopSystem() {
    system.terminate();
  }

  @BeforeEach
  void start() throws IOException {
    service = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16);
    service.createContext("/", this::answer);
    service.start();
    proxy =
        FaultProxy.start(system, URI.create("http://127.0.0.1:" + service.getAddress().getPort()));
  }

  @AfterEach
  void stop() {
    proxy.close();
    service.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes());
    seen.add(
        exchange.getRequestMethod()
            + " "
            + exchange.getRequestURI()
            + " "
            + exchange.getRequestHeaders().getFirst("Host")
            + " "
            + exchange.getRequestHeaders().getFirst("Authorization")
            + " "
            + body);
    byte[] answer = ("answer " + seen.size()).getBytes();
    exchange.getResponseHeaders().add("ETag", "\"odd, value\"");
    exchange.sendResponseHeaders(201, answer.length);
    exchange.getResponseBody().write(answer);
    exchange.close();
  }

  private HttpResponse<String> post(String action) throws Exception {
    return http.send(
        HttpRequest.newBuilder(proxy.endpoint().resolve("/a%20b/c?list-type=2&prefix=x%2Fy"))
            .header(
                "Authorization", "AWS4-HMAC-SHA256 Credential=K/1/s3, SignedHeaders=host;x, S=ab")
            .header("X-Amz-Target", "AmazonSQS." + action)
            .header("Content-Type", "application/x-amz-json-1.0")
            .timeout(Duration.ofSeconds(30))
            .POST(BodyPublishers.ofString("message"))
            .build(),
        BodyHandlers.ofString());
  }

  @Test
  void whatIsPassedOnStaysAsItIs() throws Exception {
    HttpResponse<String> response = post("SendMessage");

    assertThat(response.statusCode()).isEqualTo(201);
    assertThat(response.body()).isEqualTo("answer 1");
    assertThat(response.headers().firstValue("ETag")).contains("\"odd, value\"");
    assertThat(seen)
        .containsExactly(
            "POST /a%20b/c?list-type=2&prefix=x%2Fy 127.0.0.1:"
                + proxy.endpoint().getPort()
                + " AWS4-HMAC-SHA256 Credential=K/1/s3, SignedHeaders=host;x, S=ab message");
  }

  @Test
  void theTreatmentIsChosenByWhatTheCallAsksFor() throws Exception {
    List<Call> calls = new CopyOnWriteArrayList<>();
    proxy.misbehave(
        call -> {
          calls.add(call);
          return call.isDelete()
              ? new Treatment.Answer(503, "text/html", "<html>")
              : new Treatment.Pass();
        });

    assertThat(post("DeleteMessageBatch").body()).isEqualTo("<html>");
    assertThat(post("SendMessageBatch").statusCode()).isEqualTo(201);
    assertThat(proxy.treated()).isEqualTo(1);
    assertThat(seen).hasSize(1);
    assertThat(calls)
        .extracting(Call::action)
        .containsExactly("DeleteMessageBatch", "SendMessageBatch");
  }

  @Test
  void aCallMadeTwiceIsAnsweredOnce() throws Exception {
    proxy.misbehave(call -> new Treatment.Twice());

    assertThat(post("SendMessage").body()).isEqualTo("answer 2");
    assertThat(seen).hasSize(2);
    assertThat(seen.get(0)).isEqualTo(seen.get(1)).endsWith("message");
  }

  @Test
  void aLostAnswerBelongsToACallThatWasMade() {
    proxy.misbehave(call -> new Treatment.LoseAnswer());

    assertThatThrownBy(() -> post("SendMessage")).isInstanceOf(IOException.class);
    assertThat(seen).hasSize(1);
  }

  @Test
  void aCutCallIsNotMade() {
    proxy.misbehave(call -> new Treatment.Cut(Duration.ofMillis(1)));

    assertThatThrownBy(() -> post("SendMessage")).isInstanceOf(IOException.class);
    assertThat(seen).isEmpty();
  }

  @Test
  void aDelayedCallIsMadeLater() throws Exception {
    proxy.misbehave(call -> new Treatment.Delay(Duration.ofMillis(200)));
    long begin = System.nanoTime();

    assertThat(post("SendMessage").statusCode()).isEqualTo(201);
    assertThat(Duration.ofNanos(System.nanoTime() - begin))
        .isGreaterThanOrEqualTo(Duration.ofMillis(200));
  }

  @Test
  void aServiceThatIsGoneLooksGoneAndIsUsedAtOnceWhenItIsBack() throws Exception {
    int port = service.getAddress().getPort();
    service.stop(0);
    assertThatThrownBy(() -> post("SendMessage")).isInstanceOf(IOException.class);

    service = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 16);
    service.createContext("/", this::answer);
    service.start();
    assertThat(post("SendMessage").statusCode()).isEqualTo(201);
  }

  @Test
  void signaturesOfS3HoldThroughIt(@TempDir Path data) {
    Credentials credentials = Credentials.random();
    try (EmbeddedS3 s3 = EmbeddedS3.start(data, 0, credentials);
        FaultProxy way = FaultProxy.start(system, s3.endpoint());
        S3AsyncClient client =
            S3AsyncClient.builder()
                .endpointOverride(way.endpoint())
                .forcePathStyle(true)
                .region(Region.US_EAST_1)
                .credentialsProvider(
                    StaticCredentialsProvider.create(
                        AwsBasicCredentials.create(
                            credentials.accessKeyId(), credentials.secretAccessKey())))
                .build()) {
      byte[] large = new byte[3_000_000];
      client.createBucket(request -> request.bucket("photos")).join();
      client
          .putObject(
              request -> request.bucket("photos").key("a/b c+d").contentType("image/png"),
              AsyncRequestBody.fromBytes(large))
          .join();
      assertThat(
              client
                  .getObject(
                      request -> request.bucket("photos").key("a/b c+d"),
                      AsyncResponseTransformer.toBytes())
                  .join()
                  .asByteArray())
          .isEqualTo(large);
      assertThat(
              client
                  .headObject(request -> request.bucket("photos").key("a/b c+d"))
                  .join()
                  .contentLength())
          .isEqualTo(large.length);
      assertThat(client.listObjectsV2(request -> request.bucket("photos").startAfter("a/a")).join())
          .extracting(list -> list.contents().size())
          .isEqualTo(1);
    }
  }

  @Test
  void callsOfSqsAreKnownByTheirActionAndSentMessagesCanBeDoubled() {
    Credentials credentials = Credentials.random();
    try (EmbeddedSqs sqs = EmbeddedSqs.start(Optional.empty(), 0, credentials);
        FaultProxy way = FaultProxy.start(system, sqs.endpoint());
        SqsAsyncClient client =
            SqsAsyncClient.builder()
                .endpointOverride(way.endpoint())
                .region(Region.US_EAST_1)
                .credentialsProvider(
                    StaticCredentialsProvider.create(
                        AwsBasicCredentials.create(
                            credentials.accessKeyId(), credentials.secretAccessKey())))
                .build()) {
      String queue = client.createQueue(request -> request.queueName("photos")).join().queueUrl();
      way.misbehave(call -> call.isSend() ? new Treatment.Twice() : new Treatment.Pass());
      client.sendMessage(request -> request.queueUrl(queue).messageBody("photo")).join();

      assertThat(
              client
                  .receiveMessage(request -> request.queueUrl(queue).maxNumberOfMessages(10))
                  .join()
                  .messages())
          .hasSize(2)
          .allMatch(message -> message.body().equals("photo"));
    }
  }
}
