package dev.argus.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.argus.aws.AwsEnvironment;
import dev.argus.aws.BucketSetup;
import dev.argus.aws.QueueSetup;
import dev.argus.config.ArgusSettings;
import dev.argus.localaws.Credentials;
import dev.argus.localaws.EmbeddedS3;
import dev.argus.localaws.EmbeddedSqs;
import dev.argus.ports.MessageQueue;
import dev.argus.simulation.InMemoryFleet;
import dev.argus.simulation.ScriptedClassifier;
import dev.argus.worker.BootTimes;
import dev.argus.worker.Leave;
import dev.argus.worker.NodeReports;
import dev.argus.worker.WorkerNode;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;

/**
 * What a photo costs at full load, counted on the wire: a real web tier and a real worker stream,
 * each with its own connections to an embedded SQS and S3, and more photos than the worker can
 * take.
 */
class CallsPerPhotoTest {
  private static final Logger LOG = LoggerFactory.getLogger(CallsPerPhotoTest.class);
  private static final int PHOTOS = 1000;
  private static final int CONCURRENCY = 300;
  private static final double MOST_SQS_CALLS = 0.8;
  // With these the worker is what is full, on any machine: 4 at once make 66 photos a second.
  private static final Duration SERVICE_TIME = Duration.ofMillis(60);
  private static final Duration PATIENCE = Duration.ofSeconds(120);

  private static final ArgusSettings SETTINGS =
      ArgusSettings.load(
          Map.of(
              "ARGUS_WEB_PORT", "0",
              "ARGUS_SCALING_ENABLED", "false", // the worker is in this process
              "ARGUS_WEB_RECEIVE_WAIT", "2s"));

  @TempDir Path data;

  @Test
  void atFullLoadAPhotoTakesAtMostThatManyCallsToSqsAndTwoPutsInS3() throws Exception {
    Credentials credentials = Credentials.random();
    try (EmbeddedSqs sqs = EmbeddedSqs.start(Optional.empty(), 0, credentials);
        EmbeddedS3 s3 = EmbeddedS3.start(data, 0, credentials);
        Wiretap sqsTap = new Wiretap(sqs.endpoint(), Wiretap.SQS_ACTION);
        Wiretap s3Tap = new Wiretap(s3.endpoint(), Wiretap.S3_REQUEST);
        Ports admin = new Ports(SETTINGS, environment(sqs.endpoint(), s3.endpoint(), credentials));
        Ports web =
            new Ports(SETTINGS, environment(sqsTap.endpoint(), s3Tap.endpoint(), credentials));
        Ports app =
            new Ports(SETTINGS, environment(sqsTap.endpoint(), s3Tap.endpoint(), credentials))) {
      setUp(admin, environment(sqs.endpoint(), s3.endpoint(), credentials));
      try (WebNode node =
          WebNode.start(
              SETTINGS, Map.of(), web, CompletableFuture.completedFuture(Optional.empty()))) {
        WorkerNode worker = startWorker(app);
        URI url = URI.create("http://127.0.0.1:" + node.address().getPort());

        Map<String, Long> sqsBefore = sqsTap.counts();
        Map<String, Long> s3Before = s3Tap.counts();
        uploadAll(url.resolve("/v1/images"));
        await()
            .atMost(PATIENCE)
            .until(() -> isEmpty(admin.requests()) && isEmpty(admin.responses()));
        Map<String, Long> sqsCalls = minus(sqsTap.counts(), sqsBefore);
        Map<String, Long> s3Calls = minus(s3Tap.counts(), s3Before);

        worker.drain(new Leave(Leave.Reason.TOLD, "the test is over")).toCompletableFuture().join();
        await().atMost(PATIENCE).until(() -> costs(url).get("photos").asInt() == PHOTOS);
        JsonNode costs = costs(url);
        LOG.info("{} photos: on the wire SQS {} and S3 {}", PHOTOS, sqsCalls, s3Calls);
        LOG.info("billed from start to end: SQS {} and S3 {}", costs.get("sqs"), costs.get("s3"));

        assertThat((double) sum(sqsCalls) / PHOTOS)
            .as("SQS calls a photo: %s", sqsCalls)
            .isLessThanOrEqualTo(MOST_SQS_CALLS);
        assertThat(s3Calls.get("PUT /argus-input")).isEqualTo(PHOTOS);
        assertThat(s3Calls.get("PUT /argus-output")).isEqualTo(PHOTOS);

        // What is billed is what reached the services: each call is a request, for all are small.
        assertThat(costs.at("/sqs/total").asDouble())
            .as("billed %s, on the wire %s", costs.get("sqs"), sqsTap.counts())
            .isCloseTo(sum(sqsTap.counts()), within(10.0));
        assertThat(costs.at("/s3/put").asLong()).isBetween(2L * PHOTOS, 2L * PHOTOS + 10);
      }
    }
  }

  private static void setUp(Ports ports, AwsEnvironment environment) {
    new QueueSetup(ports.clients().sqs())
        .create(SETTINGS.names(), SETTINGS.worker().visibilityTimeout(), 1000)
        .toCompletableFuture()
        .join();
    new BucketSetup(ports.system(), environment, SETTINGS.aws())
        .ensureBuckets(SETTINGS.names())
        .toCompletableFuture()
        .join();
  }

  private static WorkerNode startWorker(Ports ports) {
    Executor later =
        CompletableFuture.delayedExecutor(SERVICE_TIME.toMillis(), TimeUnit.MILLISECONDS);
    InstantSource clock = InstantSource.system();
    return WorkerNode.start(
        ports.system(),
        SETTINGS.worker(),
        new WorkerNode.Dependencies(
            new NodeReports(
                "i-test",
                Optional.empty(),
                2,
                ports.leaderQueue(),
                clock,
                new BootTimes(),
                ports.billedRequests()),
            ports.requests(),
            ports.deadLetters(),
            ports.queues(),
            ports.store(),
            new InMemoryFleet(clock),
            new ScriptedClassifier(
                photo ->
                    CompletableFuture.supplyAsync(() -> ScriptedClassifier.seen("cat"), later)),
            () -> CompletableFuture.completedFuture(Optional.empty()),
            clock));
  }

  private static void uploadAll(URI url) throws Exception {
    HttpClient http = HttpClient.newHttpClient();
    byte[] photo = photo();
    Semaphore free = new Semaphore(CONCURRENCY);
    AtomicInteger answered = new AtomicInteger();
    for (int i = 0; i < PHOTOS; i++) {
      free.acquire();
      http.sendAsync(
              HttpRequest.newBuilder(url)
                  .header("Content-Type", "image/png")
                  .POST(BodyPublishers.ofByteArray(photo))
                  .build(),
              BodyHandlers.ofString())
          .whenComplete(
              (answer, failure) -> {
                if (failure == null && answer.statusCode() == 200) {
                  answered.incrementAndGet();
                }
                free.release();
              });
    }
    assertThat(free.tryAcquire(CONCURRENCY, PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(answered).hasValue(PHOTOS);
  }

  private static byte[] photo() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageIO.write(new BufferedImage(8, 6, BufferedImage.TYPE_INT_RGB), "png", out);
    return out.toByteArray();
  }

  private static JsonNode costs(URI url) throws Exception {
    return new ObjectMapper()
        .readTree(
            HttpClient.newHttpClient()
                .send(
                    HttpRequest.newBuilder(url.resolve("/v1/costs")).build(),
                    BodyHandlers.ofString())
                .body());
  }

  private static boolean isEmpty(MessageQueue queue) {
    return queue.counts().toCompletableFuture().join().isEmpty();
  }

  private static Map<String, Long> minus(Map<String, Long> after, Map<String, Long> before) {
    Map<String, Long> between = new HashMap<>(after);
    before.forEach((what, count) -> between.merge(what, -count, Long::sum));
    return between;
  }

  private static long sum(Map<String, Long> counts) {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }

  private static AwsEnvironment environment(URI sqs, URI s3, Credentials credentials) {
    return new AwsEnvironment(
        Region.US_EAST_1,
        StaticCredentialsProvider.create(
            AwsBasicCredentials.create(credentials.accessKeyId(), credentials.secretAccessKey())),
        Optional.of(sqs),
        Optional.of(s3),
        Optional.empty());
  }
}
