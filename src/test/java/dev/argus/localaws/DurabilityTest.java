package dev.argus.localaws;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.S3Object;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;
import software.amazon.awssdk.services.sqs.model.Message;

/** What was acknowledged is there after a kill -9 of the process that acknowledged it. */
class DurabilityTest {
  private static final int COUNT = 100;
  private static final String BUCKET = "argus-input";
  private static final Credentials CREDENTIALS = new Credentials("AKIATEST", "secret");

  @TempDir Path data;

  @Test
  void aKillRightAfterTheAcknowledgementsLosesNothing() throws Exception {
    try (Server server = Server.start(data);
        SqsAsyncClient sqs = Clients.sqs(server.sqs);
        S3AsyncClient s3 = Clients.s3(server.s3, CREDENTIALS)) {
      String url = sqs.createQueue(b -> b.queueName("photos")).join().queueUrl();
      s3.createBucket(b -> b.bucket(BUCKET)).join();
      CompletableFuture.allOf(
              IntStream.range(0, COUNT)
                  .boxed()
                  .flatMap(
                      i ->
                          Stream.of(
                              sqs.sendMessage(b -> b.queueUrl(url).messageBody("photo " + i)),
                              s3.putObject(
                                  b -> b.bucket(BUCKET).key("photo " + i).ifNoneMatch("*"),
                                  AsyncRequestBody.fromString("photo " + i))))
                  .toArray(CompletableFuture[]::new))
          .join();
      server.kill();
    }
    Set<String> all =
        IntStream.range(0, COUNT).mapToObj(i -> "photo " + i).collect(Collectors.toSet());
    try (Server server = Server.start(data);
        SqsAsyncClient sqs = Clients.sqs(server.sqs);
        S3AsyncClient s3 = Clients.s3(server.s3, CREDENTIALS)) {
      assertThat(receiveAll(sqs)).isEqualTo(all);
      assertThat(s3.listObjectsV2(b -> b.bucket(BUCKET)).join().contents())
          .extracting(S3Object::key)
          .containsExactlyInAnyOrderElementsOf(all);
    }
  }

  private static Set<String> receiveAll(SqsAsyncClient sqs) {
    String url = sqs.getQueueUrl(b -> b.queueName("photos")).join().queueUrl();
    Set<String> bodies = new HashSet<>();
    List<Message> batch;
    do {
      batch = sqs.receiveMessage(b -> b.queueUrl(url).maxNumberOfMessages(10)).join().messages();
      batch.forEach(m -> bodies.add(m.body()));
    } while (!batch.isEmpty());
    return bodies;
  }

  /** SQS and S3 in a process of their own. */
  private static final class Server implements AutoCloseable {
    private final Process process;
    private final URI sqs;
    private final URI s3;

    private Server(Process process, URI sqs, URI s3) {
      this.process = process;
      this.sqs = sqs;
      this.s3 = s3;
    }

    static Server start(Path data) throws IOException {
      Process process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-XX:TieredStopAtLevel=1",
                  "-cp",
                  System.getProperty("java.class.path"),
                  ServerMain.class.getName(),
                  data.toString())
              .redirectError(Files.createTempFile(data, "server", ".err").toFile())
              .start();
      BufferedReader out = process.inputReader();
      String line;
      while ((line = out.readLine()) != null) {
        if (line.startsWith("ready ")) {
          String[] endpoints = line.split(" ");
          return new Server(process, URI.create(endpoints[1]), URI.create(endpoints[2]));
        }
      }
      process.destroyForcibly();
      throw new IllegalStateException("The server did not start");
    }

    void kill() throws InterruptedException {
      process.destroyForcibly();
      assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
    }

    @Override
    public void close() throws InterruptedException {
      kill();
    }
  }

  /** Serves until it is killed. */
  static final class ServerMain {
    private ServerMain() {}

    public static void main(String[] args) throws InterruptedException {
      Path data = Path.of(args[0]);
      EmbeddedSqs sqs = EmbeddedSqs.start(Optional.of(data.resolve("sqs")), 0, CREDENTIALS);
      EmbeddedS3 s3 = EmbeddedS3.start(data.resolve("s3"), 0, CREDENTIALS);
      System.out.println("ready " + sqs.endpoint() + " " + s3.endpoint());
      System.out.flush();
      Thread.currentThread().join();
    }
  }
}
