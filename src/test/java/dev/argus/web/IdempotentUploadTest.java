package dev.argus.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.argus.aws.AwsClients;
import dev.argus.aws.AwsEnvironment;
import dev.argus.aws.BucketSetup;
import dev.argus.aws.S3ObjectStore;
import dev.argus.aws.S3Pool;
import dev.argus.config.ArgusSettings;
import dev.argus.localaws.Credentials;
import dev.argus.localaws.EmbeddedS3;
import dev.argus.ports.ObjectStore;
import dev.argus.ports.ObjectStore.Bucket;
import dev.argus.ports.ObjectStore.StoredObject;
import dev.argus.protocol.Answer;
import dev.argus.protocol.ClassifyReply;
import dev.argus.protocol.ClassifyRequest;
import dev.argus.protocol.Codec;
import dev.argus.protocol.ObjectKeys;
import dev.argus.protocol.PhotoId;
import dev.argus.protocol.Prediction;
import dev.argus.protocol.StageTimes;
import dev.argus.simulation.DelegatingObjectStore;
import dev.argus.simulation.InMemoryObjectStore;
import dev.argus.simulation.InMemoryQueue;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;

/** Uploads with an {@code Idempotency-Key}, over real HTTP, the app nodes played by the test. */
class IdempotentUploadTest {
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final ObjectMapper JSON = new ObjectMapper();

  private final ArgusSettings settings =
      ArgusSettings.load(Map.of("ARGUS_WEB_PORT", "0", "ARGUS_WEB_RESULT_POLL", "50ms"));
  private ActorTestKit kit = newKit();
  private final InMemoryQueue requests = new InMemoryQueue(InstantSource.system());
  private final InMemoryQueue responses = new InMemoryQueue(InstantSource.system());
  private final InMemoryObjectStore memory = new InMemoryObjectStore();
  private ObjectStore store = memory;
  private WebTier tier;

  @TempDir Path data;

  private ActorTestKit newKit() {
    return ActorTestKit.create(S3Pool.configure(settings.config(), settings.aws()));
  }

  private void start() {
    tier =
        WebTier.start(
                kit.system(),
                settings,
                new Admission(settings.web().admission()),
                InMemoryWeb.dependencies(requests, responses, store))
            .toCompletableFuture()
            .join();
  }

  @AfterEach
  void stop() {
    if (tier != null) {
      tier.stop().toCompletableFuture().join();
    }
    kit.shutdownTestKit();
  }

  private static byte[] photo(int width) {
    try {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      ImageIO.write(new BufferedImage(width, 6, BufferedImage.TYPE_INT_RGB), "png", out);
      return out.toByteArray();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(
        URI.create("http://127.0.0.1:" + tier.address().getPort() + path));
  }

  private HttpRequest.Builder upload(String key, int photo) {
    return request("/v1/images")
        .header("Content-Type", "image/png")
        .header("Idempotency-Key", key)
        .POST(BodyPublishers.ofByteArray(photo(photo)));
  }

  /** It stores the first photo, but nobody learns of it: nor does who looks for it. */
  private ObjectStore storeThatLosesItsFirstAnswers() {
    AtomicInteger failures = new AtomicInteger();
    return new DelegatingObjectStore(memory) {
      @Override
      public CompletionStage<Boolean> putIfAbsent(Bucket bucket, String key, StoredObject object) {
        CompletionStage<Boolean> written = super.putIfAbsent(bucket, key, object);
        return bucket == Bucket.INPUT && failures.getAndIncrement() == 0
            ? CompletableFuture.failedFuture(new IOException("reset by peer"))
            : written;
      }

      @Override
      public CompletionStage<Optional<ObjectInfo>> head(Bucket bucket, String key) {
        return failures.getAndIncrement() == 1
            ? CompletableFuture.failedFuture(new IOException("reset by peer"))
            : super.head(bucket, key);
      }
    };
  }

  private static CompletableFuture<HttpResponse<String>> send(HttpRequest.Builder request) {
    return HTTP.sendAsync(request.build(), BodyHandlers.ofString());
  }

  private ClassifyRequest sent() throws Exception {
    await().until(() -> !requests.sent().isEmpty());
    return Codec.decodeRequest(requests.sent().get(0));
  }

  private ClassifyReply store(PhotoId id) {
    ClassifyReply reply =
        new ClassifyReply.Recognised(id, "photo", List.of(new Prediction("tabby", 1)), "m");
    store
        .put(
            Bucket.OUTPUT,
            ObjectKeys.result(id),
            new StoredObject(
                ByteString.fromString(Codec.toJson(reply)), "application/json", Map.of()))
        .toCompletableFuture()
        .join();
    return reply;
  }

  private void answer(PhotoId id) {
    responses.send(Codec.encode(new Answer(store(id), "i-1", StageTimes.none())));
  }

  private static String id(HttpResponse<String> response) throws IOException {
    JsonNode json = JSON.readTree(response.body());
    assertThat(json.path("id").isTextual()).as(response.body()).isTrue();
    return json.path("id").asText();
  }

  private void assertLedger(String state, int count) throws Exception {
    assertThat(send(request("/metrics")).get().body())
        .contains("argus_ledger_photos{state=\"" + state + "\"} " + count + ".0");
  }

  @Test
  void theSamePhotoWithTheSameKeyIsTheSameJobWhilePendingAndOnceAnswered() throws Exception {
    start();
    var first = send(upload("\"k\"", 8));
    PhotoId id = sent().id();
    var second = send(upload("k", 8));
    var third = send(upload("k", 8).header("Prefer", "respond-async")).get();
    assertThat(third.statusCode()).isEqualTo(202);
    assertThat(id(third)).isEqualTo(id.toString());
    answer(id);
    assertThat(id(first.get())).isEqualTo(id.toString());
    assertThat(second.get().body()).isEqualTo(first.get().body());
    assertThat(send(upload("k", 8).header("Prefer", "respond-async")).get().body())
        .isEqualTo(first.get().body());
    assertThat(requests.sent()).hasSize(1);
    assertLedger("accepted", 1);
    assertLedger("answered", 1);
    await().until(() -> tier.waiting() == 0);
  }

  @Test
  void anotherPhotoWithTheSameKeyIsRefusedAndNothingOfItIsKept() throws Exception {
    start();
    send(upload("k", 8).header("Prefer", "respond-async")).get();
    var response = send(upload("k", 9)).get();
    assertThat(response.statusCode()).isEqualTo(422);
    assertThat(response.body()).contains("idempotency-key-reused");
    assertThat(memory.keys(Bucket.INPUT)).hasSize(1);
  }

  @Test
  void aKeyOutlivesTheWebNode() throws Exception {
    start();
    String before = id(send(upload("k", 8).header("Prefer", "respond-async")).get());
    stop();
    kit = newKit();
    start();
    var again = send(upload("k", 8));
    answer(sent().id());
    assertThat(id(again.get())).isEqualTo(before);
    assertThat(requests.sent()).hasSize(1);
    assertLedger("accepted", 0); // by the process before
  }

  @Test
  void whoJoinsAJobWhoseReplyGoesElsewhereFindsItsResult() throws Exception {
    start();
    send(upload("k", 8).header("Prefer", "respond-async")).get();
    var joined = send(upload("k", 8));
    store(sent().id()); // and no reply comes
    assertThat(id(joined.get())).isEqualTo(sent().id().toString());
  }

  @Test
  void aKeyWhoseFirstUploadDiedBeforeItWasAcceptedIsTakenUpByTheNext() throws Exception {
    Photo photo = Photo.of("photo", "image/png", ByteString.fromArray(photo(8)));
    PhotoId claimed =
        new IdempotencyKeys(kit.system(), memory, settings, InstantSource.system())
            .claim(new IdempotencyKey("k", 0), photo.sha256())
            .toCompletableFuture()
            .join();
    start();
    var response = send(upload("k", 8));
    assertThat(sent().id()).isEqualTo(claimed);
    answer(claimed);
    assertThat(id(response.get())).isEqualTo(claimed.toString());
    assertLedger("accepted", 1);
  }

  @Test
  void whileTheKeyCannotBeLookedAtNothingIsAccepted() throws Exception {
    start();
    memory.setDown(true);
    assertThat(send(upload("k", 8)).get().statusCode()).isEqualTo(503);
    memory.setDown(false);
    assertThat(memory.keys(Bucket.INPUT)).isEmpty();
    assertThat(requests.sent()).isEmpty();
    assertThat(send(upload("k", 8).header("Prefer", "respond-async")).get().statusCode())
        .isEqualTo(202);
  }

  @Test
  void anUploadOfWhichNobodyKnowsWhetherItWasStoredIsOneJobWithItsNextAttempt() throws Exception {
    store = storeThatLosesItsFirstAnswers();
    start();
    var first = send(upload("k", 8)).get();
    assertThat(first.statusCode()).isEqualTo(503);
    assertThat(first.headers().firstValue("Retry-After")).isPresent();
    JsonNode problem = JSON.readTree(first.body());
    assertThat(problem.path("detail").asText()).contains("not known whether");
    String location = first.headers().firstValue("Location").orElseThrow();
    assertThat(problem.path("instance").asText()).isEqualTo(location);

    var again = send(upload("k", 8).header("Prefer", "respond-async")).get();
    assertThat(again.statusCode()).isEqualTo(202);
    assertThat(again.headers().firstValue("Location")).contains(location);
    assertThat(memory.keys(Bucket.INPUT)).containsExactly(id(again));
    store(PhotoId.parse(id(again)).orElseThrow());
    assertThat(id(send(upload("k", 8)).get())).isEqualTo(id(again));
    assertThat(send(request(location)).get().statusCode()).isEqualTo(200);
  }

  @Test
  void whatCannotBeAKeyIsABadRequest() throws Exception {
    start();
    assertThat(send(upload("a b", 8)).get().statusCode()).isEqualTo(400);
    assertThat(memory.keys(Bucket.STATE))
        .noneMatch(key -> key.startsWith(ObjectKeys.IDEMPOTENCY_KEYS));
  }

  @Test
  void inAFormEachPhotoHasTheKeyByItsPlace() throws Exception {
    start();
    for (int attempt = 0; attempt < 2; attempt++) {
      var response = send(formOfTwo()).get();
      assertThat(JSON.readTree(response.body()).findValuesAsText("status"))
          .containsExactly("pending", "pending");
      assertThat(requests.sent()).hasSize(2);
    }
  }

  @Test
  void inAFormAPhotoOfWhichNobodyKnowsWhetherItWasStoredIsUncertainAndSaysWhereToLook()
      throws Exception {
    store = storeThatLosesItsFirstAnswers();
    start();
    JsonNode images = JSON.readTree(send(formOfTwo()).get().body()).path("images");
    assertThat(images.findValuesAsText("status")).startsWith("uncertain").endsWith("pending");
    assertThat(images.path(0).path("problem").path("instance").asText())
        .isEqualTo("/v1/images/" + images.path(0).path("id").asText());
  }

  private HttpRequest.Builder formOfTwo() {
    String part = "--b\r\nContent-Disposition: form-data; name=\"a\"; filename=\"1.png\"\r\n\r\n";
    byte[] end = "\r\n".getBytes(StandardCharsets.US_ASCII);
    return request("/v1/images")
        .header("Content-Type", "multipart/form-data; boundary=b")
        .header("Idempotency-Key", "k")
        .header("Prefer", "respond-async")
        .POST(
            BodyPublishers.ofByteArrays(
                List.of(
                    part.getBytes(StandardCharsets.US_ASCII),
                    photo(8),
                    end,
                    part.getBytes(StandardCharsets.US_ASCII),
                    photo(9),
                    end,
                    "--b--\r\n".getBytes(StandardCharsets.US_ASCII))));
  }

  @Test
  void ofTwentyRacingUploadsWithOneKeyOneMakesTheJobAndAllHaveItsAnswer() throws Exception {
    twentyRace();
  }

  @Test
  void twentyRacingUploadsMakeOneJobOverRealConditionalWritesToo() throws Exception {
    Credentials credentials = Credentials.random();
    try (EmbeddedS3 s3 = EmbeddedS3.start(data, 0, credentials)) {
      AwsEnvironment environment =
          new AwsEnvironment(
              Region.US_EAST_1,
              StaticCredentialsProvider.create(
                  AwsBasicCredentials.create(
                      credentials.accessKeyId(), credentials.secretAccessKey())),
              Optional.empty(),
              Optional.of(s3.endpoint()),
              Optional.empty());
      new BucketSetup(kit.system(), environment, settings.aws())
          .ensureBuckets(settings.names())
          .toCompletableFuture()
          .join();
      try (AwsClients clients = new AwsClients(environment, settings.aws())) {
        store =
            new S3ObjectStore(
                kit.system(), environment, settings.aws(), settings.names(), clients::s3);
        twentyRace();
        tier.stop().toCompletableFuture().join();
        tier = null;
      }
    }
  }

  private void twentyRace() throws Exception {
    start();
    List<CompletableFuture<HttpResponse<String>>> racers =
        IntStream.range(0, 20).mapToObj(i -> send(upload("race", 8))).toList();
    answer(sent().id());
    Set<String> ids = new HashSet<>();
    for (var racer : racers) {
      assertThat(racer.get().statusCode()).as(racer.get().body()).isEqualTo(200);
      ids.add(id(racer.get()));
    }
    assertThat(ids).containsExactly(sent().id().toString());
    assertThat(requests.sent()).hasSize(1);
    assertLedger("accepted", 1);
    assertLedger("answered", 1);
    await().until(() -> tier.waiting() == 0);
  }
}
