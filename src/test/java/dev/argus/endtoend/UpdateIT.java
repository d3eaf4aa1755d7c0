package dev.argus.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/**
 * What {@code argus provision --update} does to a cluster at work: its group replaces the web node
 * by one with the new release in its settings, and the app node that works on photos is left alone.
 */
class UpdateIT {
  private static final List<Path> PHOTOS =
      List.of(
          Path.of("src/test/resources/photos/pizza.jpg"),
          Path.of("src/test/resources/photos/dog.jpg"),
          Path.of("src/test/resources/photos/shuttle.jpg"));
  private static final String OLD = "a".repeat(64);
  private static final String NEW = "b".repeat(64);
  private static final int COUNT = 120;
  private static final int WAITING = 3;
  private static final Duration LONG = Duration.ofSeconds(120);

  @TempDir(cleanup = org.junit.jupiter.api.io.CleanupMode.NEVER)
  private static Path directory;

  private static EmbeddedAccount account;

  private final List<String> accepted = new ArrayList<>();

  @BeforeAll
  static void start() {
    account = new EmbeddedAccount(directory.resolve("aws"), 8);
  }

  @AfterAll
  static void stop() {
    account.close();
  }

  /**
   * The one web node of a cluster.
   *
   * @param release the SHA-256 that its user data names
   * @param idleLimit of the app nodes that it launches
   */
  private static WebProcess web(String name, String release, String idleLimit) throws IOException {
    Map<String, String> environment = new HashMap<>(account.environment());
    environment.put("ARGUS_PROFILE", "local");
    environment.put("ARGUS_INSTALL_RELEASE_URI", "s3://argus-release/releases/" + name + ".zip");
    environment.put("ARGUS_INSTALL_RELEASE_SHA256", release);
    environment.put("ARGUS_SCALING_LEASE", "15s"); // as on AWS
    environment.put("ARGUS_SCALING_MAX_WORKERS", "1");
    environment.put("ARGUS_SCALING_MAX_BACKOFF", "2s"); // launches are refused for a while
    environment.put("ARGUS_SCALING_POLICY", "backlog"); // whose nodes go by their idle limit
    environment.put("ARGUS_WORKER_IDLE_LIMIT", idleLimit);
    return new WebProcess(name, directory, environment);
  }

  @Test
  @Timeout(value = 6, unit = TimeUnit.MINUTES)
  void anUpdateAtWorkLosesNoPhotoAndRollsAppNodesByAttrition() throws Exception {
    List<CompletableFuture<HttpResponse<String>>> waiting = new ArrayList<>();
    String oldNode;
    try (WebProcess before = web("before", OLD, "3s")) {
      oldNode = explained(before, () -> putToWork(before, waiting));
    } // SIGTERM, as from its group
    assertThat(account.answers()).as("photos answered by then").isLessThan(COUNT);
    for (CompletableFuture<HttpResponse<String>> client : waiting) {
      HttpResponse<String> response = client.get(LONG.toSeconds(), TimeUnit.SECONDS);
      assertThat(response.statusCode()).as(response.body()).isEqualTo(202); // it looks later
      accepted.add(WebProcess.id(response));
    }
    try (WebProcess after = web("after", NEW, "10m")) {
      explained(
          after,
          () -> {
            after.awaitReady();
            upload(after, 10);
            awaitAnswers(after);
            theOldNodeHasEndedItself(oldNode);
            theNextNodeInstallsTheNewRelease(after);
            eachPhotoHasOneResult();
            return null;
          });
    }
  }

  private static <T> T explained(WebProcess web, Callable<T> step) throws IOException {
    try {
      return step.call();
    } catch (Exception | AssertionError e) {
      throw new AssertionError(e.getMessage() + web.tail(), e);
    }
  }

  /** Returns its app node when that has begun to answer, with nearly all photos before it. */
  private String putToWork(
      WebProcess web, List<CompletableFuture<HttpResponse<String>>> waitingClients)
      throws Exception {
    web.awaitReady();
    account.ec2().faults().refuseNextLaunches(Integer.MAX_VALUE); // until all photos are there
    upload(web, COUNT);
    for (int i = 0; i < WAITING; i++) {
      waitingClients.add(web.uploadAndWait(PHOTOS.get(0)));
    }
    await().atMost(LONG).until(() -> account.keys("argus-input").size() == COUNT + WAITING);
    account.ec2().faults().refuseNextLaunches(0);
    await().atMost(LONG).until(() -> account.answers() > 0);
    List<String> nodes = account.ec2().instances();
    assertThat(nodes).hasSize(1);
    assertThat(userData(nodes.get(0))).contains("ARGUS_INSTALL_RELEASE_SHA256='" + OLD + "'");
    return nodes.get(0);
  }

  private void upload(WebProcess web, int count) throws Exception {
    accepted.addAll(WebProcess.upload(List.of(web), PHOTOS, count));
  }

  private void awaitAnswers(WebProcess web) {
    for (String id : accepted) {
      await().pollDelay(Duration.ZERO).atMost(LONG).until(() -> web.hasRecognised(id));
    }
  }

  /** Whoever is terminated by somebody else is told to stop, and says that in its log. */
  private static void theOldNodeHasEndedItself(String node) throws IOException {
    await().atMost(LONG).until(() -> !account.ec2().instances().contains(node));
    assertThat(Files.readString(instances().resolve(node + ".log")))
        .contains(node + " leaves: ", "receives in a row were empty");
  }

  private void theNextNodeInstallsTheNewRelease(WebProcess web) throws Exception {
    upload(web, 2);
    awaitAnswers(web);
    List<String> nodes = account.ec2().instances();
    assertThat(nodes).hasSize(1);
    assertThat(userData(nodes.get(0)))
        .contains("ARGUS_INSTALL_RELEASE_SHA256='" + NEW + "'")
        .contains("ARGUS_INSTALL_RELEASE_URI='s3://argus-release/releases/after.zip'");
  }

  private void eachPhotoHasOneResult() {
    assertThat(account.keys("argus-input")).containsExactlyInAnyOrderElementsOf(accepted);
    assertThat(account.keys("argus-output"))
        .containsExactlyInAnyOrderElementsOf(accepted.stream().map(id -> id + ".json").toList());
    assertThat(account.keys("argus-state")).noneMatch(key -> key.startsWith("dead/"));
    assertThat(messages("argus-requests-dead")).isZero();
    await().atMost(LONG).until(() -> messages("argus-requests") == 0);
  }

  /** In a queue, under work or not. */
  private static int messages(String queue) {
    List<QueueAttributeName> counts =
        List.of(
            QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES,
            QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_NOT_VISIBLE);
    String url =
        account.clients().sqs().getQueueUrl(request -> request.queueName(queue)).join().queueUrl();
    return account
        .clients()
        .sqs()
        .getQueueAttributes(request -> request.queueUrl(url).attributeNames(counts))
        .join()
        .attributes()
        .values()
        .stream()
        .mapToInt(Integer::parseInt)
        .sum();
  }

  private static String userData(String node) throws IOException {
    return Files.readString(instances().resolve(node + ".user-data"));
  }

  /** Where the embedded EC2 keeps what its instances run, and say. */
  private static Path instances() {
    return directory.resolve("aws/instances");
  }
}
