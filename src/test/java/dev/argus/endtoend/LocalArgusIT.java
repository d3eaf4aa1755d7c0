package dev.argus.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.argus.client.ArgusClient;
import dev.argus.client.ClientSettings;
import dev.argus.client.Photo;
import dev.argus.client.Result;
import dev.argus.client.Result.Failed;
import dev.argus.client.Result.Recognised;
import dev.argus.client.Retries;
import dev.argus.load.LoadGenerator;
import dev.argus.load.LoadReport;
import dev.argus.load.LoadSettings;
import dev.argus.protocol.PhotoId;
import dev.argus.protocol.Problem;
import dev.argus.web.Browser;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/** The whole system as a user has it: one command, real processes, real protocols, real photos. */
@Tag("alone")
class LocalArgusIT {
  private static final Path PHOTOS = Path.of("src/test/resources/photos");
  private static final Path EXPECTED = PHOTOS.resolve("expected.csv");
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final Duration LONG = Duration.ofSeconds(90);
  private static final Photo PIZZA = Photo.of(PHOTOS.resolve("pizza.jpg"));
  private static final int MANY = Integer.getInteger("client.photos", 300);
  private static final int UNDER_WAY = 50;
  private static final Duration VERY_LONG = LONG.plusMillis(200L * MANY);

  @TempDir private static Path directory;
  private static ActorSystem<Void> system;

  @BeforeAll
  static void start() {
    system = ActorSystem.create(Behaviors.empty(), "client");
  }

  @AfterAll
  static void stop() {
    system.terminate();
  }

  private static CompletableFuture<LoadReport> load(LocalArgus argus, int requests, int at) {
    return new LoadGenerator(system)
        .run(LoadSettings.of(argus.url(), PHOTOS, requests, at).withExpected(EXPECTED))
        .toCompletableFuture();
  }

  private static ArgusClient client(LocalArgus argus) {
    return ArgusClient.create(
        system,
        ClientSettings.of(argus.url())
            .withParallelism(UNDER_WAY)
            .withRetries(Retries.standard().within(VERY_LONG)));
  }

  private static String label(Result result) {
    assertThat(result).isInstanceOf(Recognised.class);
    return ((Recognised) result).label();
  }

  private static void assertAllRight(LoadReport report, int requests) {
    assertThat(report.ok()).as(report.toText()).isTrue();
    assertThat(report.answered()).isEqualTo(requests);
    assertThat(report.checks().right()).isEqualTo(requests);
  }

  private static int objects(LocalArgus argus, String bucket) {
    AtomicInteger count = new AtomicInteger();
    argus
        .clients()
        .s3()
        .listObjectsV2Paginator(request -> request.bucket(bucket))
        .contents()
        .subscribe(object -> count.incrementAndGet())
        .join();
    return count.get();
  }

  private static int messages(LocalArgus argus, String queue) {
    var attributes =
        argus
            .clients()
            .sqs()
            .getQueueUrl(request -> request.queueName(queue))
            .thenCompose(
                url ->
                    argus
                        .clients()
                        .sqs()
                        .getQueueAttributes(
                            request ->
                                request
                                    .queueUrl(url.queueUrl())
                                    .attributeNames(
                                        QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES,
                                        QueueAttributeName
                                            .APPROXIMATE_NUMBER_OF_MESSAGES_NOT_VISIBLE)))
            .join()
            .attributes();
    return attributes.values().stream().mapToInt(Integer::parseInt).sum();
  }

  @Test
  void nodesComeBecausePhotosWaitEveryPhotoIsAnsweredAndTheNodesGoAgain() throws Exception {
    try (LocalArgus argus = new LocalArgus(directory.resolve("burst"), 2)) {
      assertThat(argus.appNodes()).isEmpty();
      CompletableFuture<LoadReport> load = load(argus, 100, 50);
      await().atMost(LONG).until(() -> !argus.appNodes().isEmpty());
      await()
          .atMost(LONG)
          .until(
              () -> {
                assertThat(argus.appNodes()).hasSizeLessThanOrEqualTo(2);
                return load.isDone();
              });
      assertAllRight(load.join(), 100);
      assertThat(objects(argus, "argus-input")).isEqualTo(100);
      assertThat(objects(argus, "argus-output")).isEqualTo(100);
      await().atMost(LONG).until(() -> argus.appNodes().isEmpty());
      for (String queue : List.of("argus-requests", "argus-responses", "argus-requests-dead")) {
        await().atMost(LONG).until(() -> messages(argus, queue) == 0);
      }
      assertThat(argus.appNodeProcesses()).isEmpty();
    }
  }

  @Test
  void eachPhotoHasOneResultWhenTheirConsumerIsSlowAndANodeAtWorkIsKilled() throws Exception {
    int slow = MANY / 4;
    byte[] pizza = Files.readAllBytes(PHOTOS.resolve("pizza.jpg"));
    AtomicInteger taken = new AtomicInteger();
    AtomicInteger consumed = new AtomicInteger();
    CompletableFuture<Integer> goOn = new CompletableFuture<>();
    try (LocalArgus argus = new LocalArgus(directory.resolve("kill"), 2);
        ArgusClient client = client(argus)) {
      CompletableFuture<List<Result>> results =
          Source.range(0, MANY - 1)
              .map(i -> Photo.of("pizza-" + taken.incrementAndGet() + ".jpg", pizza))
              .via(client.flow())
              .mapAsync(
                  1,
                  result ->
                      (consumed.incrementAndGet() == slow
                              ? goOn
                              : CompletableFuture.completedFuture(0))
                          .thenApply(done -> result))
              .runWith(Sink.seq(), system)
              .toCompletableFuture();
      // All that is under way is answered, and nothing follows while nobody takes the results.
      await().atMost(VERY_LONG).until(() -> objects(argus, "argus-output") >= slow + UNDER_WAY);
      assertThat(taken).hasValueLessThanOrEqualTo(slow + UNDER_WAY + 2); // one at each end
      goOn.complete(0);
      // What was under way is consumed, and more is answered: there is work in hand.
      await().atMost(VERY_LONG).until(() -> consumed.get() > slow + UNDER_WAY);
      argus.appNodeProcesses().get(0).destroyForcibly();
      assertThat(consumed).as("consumed before the kill").hasValueLessThan(MANY);

      List<Result> all = results.get(VERY_LONG.toSeconds(), TimeUnit.SECONDS);
      assertThat(all).hasSize(MANY).allMatch(result -> label(result).equals("pizza"));
      assertThat(all.stream().map(result -> ((Recognised) result).name()).distinct()).hasSize(MANY);
      assertThat(objects(argus, "argus-input")).isEqualTo(MANY); // none was made two jobs
      assertThat(objects(argus, "argus-output")).isEqualTo(MANY);
    }
  }

  @Test
  void whatWasAcceptedBeforeACrashIsAnsweredAfterTheNextStart() throws Exception {
    Path data = directory.resolve("crash");
    List<PhotoId> ids = new ArrayList<>();
    List<ProcessHandle> orphans;
    LocalArgus first = new LocalArgus(data, 1);
    for (int i = 0; i < 10; i++) {
      HttpResponse<String> accepted =
          HTTP.send(
              HttpRequest.newBuilder(first.url().resolve("/v1/images"))
                  .header("Content-Type", "image/jpeg")
                  .header("Prefer", "respond-async")
                  .POST(BodyPublishers.ofFile(PHOTOS.resolve("pizza.jpg")))
                  .build(),
              BodyHandlers.ofString());
      assertThat(accepted.statusCode()).isEqualTo(202);
      String location = accepted.headers().firstValue("Location").orElseThrow();
      ids.add(PhotoId.parse(location.substring(location.lastIndexOf('/') + 1)).orElseThrow());
    }
    orphans = first.appNodeProcesses();
    first.crash();

    try (LocalArgus second = new LocalArgus(data, 1);
        ArgusClient client = client(second)) {
      for (PhotoId id : ids) {
        Result result = client.lookUp(PIZZA, id).toCompletableFuture().get();
        assertThat(label(result)).isEqualTo("pizza");
      }
    }
    await().atMost(LONG).until(() -> orphans.stream().noneMatch(ProcessHandle::isAlive));
  }

  @Test
  void badPhotosAreToldWhatIsWrongAndArgusWorksOn() throws Exception {
    byte[] jpeg = Files.readAllBytes(PHOTOS.resolve("dog.jpg"));
    byte[] half = java.util.Arrays.copyOf(jpeg, jpeg.length / 2);
    try (LocalArgus argus = new LocalArgus(directory.resolve("bad"), 1);
        ArgusClient client = client(argus)) {
      assertThat(problem(client, "text".getBytes()).status()).isEqualTo(415);
      assertThat(problem(client, new byte[0]).status()).isEqualTo(422);
      assertThat(problem(client, new byte[60_000_000]).status()).isEqualTo(413);
      Problem truncated = problem(client, half);
      assertThat(truncated.status()).isEqualTo(422);
      assertThat(truncated.detail()).isNotBlank();
      assertThat(label(client.recognise("dog.jpg", jpeg))).isEqualTo("beagle");
    }
  }

  private static Problem problem(ArgusClient client, byte[] photo) {
    Result result = client.recognise("photo.jpg", photo);
    assertThat(result).isInstanceOf(Failed.class);
    return ((Failed) result).problem();
  }

  @Test
  void twelvePhotosDroppedOnThePageAreAnsweredRightly() throws Exception {
    assumeThat(Browser.available()).as(Browser.ABSENT).isTrue();
    List<Path> photos =
        List.of(
                ("bakery.jpg burger.jpg camera.png cat-large.jpg coffee.jpg dog.jpg jockey.jpg"
                        + " pizza.jpg plane.jpg shuttle.jpg taxis.jpg teddy-bear.jpg")
                    .split(" "))
            .stream()
            .map(PHOTOS::resolve)
            .map(Path::toAbsolutePath)
            .toList();
    Map<String, List<String>> right = rightLabels();
    try (LocalArgus argus = new LocalArgus(directory.resolve("page"), 2);
        Browser browser = new Browser()) {
      for (int width : new int[] {1440, 360}) {
        browser.open(argus.url().toString(), width, 1000);
        browser.drop(photos);
        await()
            .atMost(LONG)
            .until(
                () ->
                    browser.page().findElements(By.cssSelector("li[data-state=answered]")).size()
                        == photos.size());
        Path shots = Files.createDirectories(Path.of("target/screenshots"));
        browser.screenshot(shots.resolve("page-" + width + ".png"));
        for (Path photo : photos) {
          String name = photo.getFileName().toString();
          assertThat(right.get(name)).as(name).contains(label(browser, name));
        }
      }
    }
  }

  private static Map<String, List<String>> rightLabels() throws IOException {
    return Files.readAllLines(EXPECTED).stream()
        .filter(line -> !line.startsWith("#"))
        .map(line -> line.split(",", 2))
        .collect(Collectors.toMap(line -> line[0], line -> List.of(line[1].split("\\|"))));
  }

  private static String label(Browser browser, String name) {
    return browser
        .page()
        .findElement(By.cssSelector("li[data-name='" + name + "'] .label"))
        .getText();
  }
}
