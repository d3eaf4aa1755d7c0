package dev.argus.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.argus.aws.AwsClients;
import dev.argus.aws.AwsEnvironment;
import dev.argus.aws.BucketSetup;
import dev.argus.aws.QueueSetup;
import dev.argus.aws.S3Pool;
import dev.argus.config.ArgusSettings;
import dev.argus.localaws.Ec2Options;
import dev.argus.localaws.LocalAws;
import dev.argus.ports.LaunchTokens;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.ec2.model.Instance;

/**
 * Two web nodes as processes of their own on the embedded services: the one that leads is killed
 * while all photos are in flight, and what it has launched is not even shown yet.
 */
class TakeoverIT {
  private static final Path PHOTOS = Path.of("src/test/resources/photos");
  private static final List<String> NAMES =
      List.of("pizza.jpg", "dog.jpg", "cat.jpg", "shuttle.jpg", "teddy-bear.jpg", "coffee.jpg");
  private static final int COUNT = 500;
  private static final int CLIENTS = 16;
  private static final int MAX_WORKERS = 2;
  private static final Duration LONG = Duration.ofSeconds(120);
  private static final Duration TAKE_OVER = Duration.ofSeconds(20);

  /** The nodes come up when the kill is over, and are shown when another web node leads. */
  private static final Duration BOOT_DELAY = Duration.ofSeconds(10);

  private static final Duration SHOWN_AFTER = Duration.ofSeconds(40);

  @TempDir private static Path directory;
  private static LocalAws aws;
  private static ActorSystem<Void> system;
  private static AwsClients clients;

  @BeforeAll
  static void start() {
    ArgusSettings settings = ArgusSettings.load(Map.of("ARGUS_PROFILE", "local"));
    aws =
        LocalAws.start(
            directory.resolve("aws"),
            WebProcess.programs(),
            Ec2Options.defaults().withMaxInstances(MAX_WORKERS + 8),
            Clock.systemUTC());
    AwsEnvironment environment =
        new AwsEnvironment(
            Region.of(aws.environment().get("AWS_REGION")),
            StaticCredentialsProvider.create(
                AwsBasicCredentials.create(
                    aws.credentials().accessKeyId(), aws.credentials().secretAccessKey())),
            Optional.of(aws.sqsEndpoint()),
            Optional.of(aws.s3Endpoint()),
            Optional.of(URI.create(aws.environment().get("AWS_ENDPOINT_URL_EC2"))));
    system =
        ActorSystem.create(
            Behaviors.empty(), "setup", S3Pool.configure(settings.config(), settings.aws()));
    clients = new AwsClients(environment, settings.aws());
    new QueueSetup(clients.sqs())
        .create(settings.names(), settings.worker().visibilityTimeout(), 1000)
        .toCompletableFuture()
        .join();
    new BucketSetup(system, environment, settings.aws())
        .ensureBuckets(settings.names())
        .toCompletableFuture()
        .join();
  }

  @AfterAll
  static void stop() {
    clients.close();
    system.terminate();
    aws.close();
  }

  private static WebProcess web(String name) throws Exception {
    Map<String, String> environment = new HashMap<>(aws.environment());
    environment.put("ARGUS_PROFILE", "local");
    environment.put("ARGUS_NAMES_RESPONSE_QUEUE", "argus-responses-" + name);
    environment.put("ARGUS_SCALING_LEASE", "15s"); // as on AWS
    environment.put("ARGUS_SCALING_LAUNCH_VISIBILITY_TIMEOUT", "60s");
    environment.put("ARGUS_SCALING_MAX_WORKERS", Integer.toString(MAX_WORKERS));
    return new WebProcess(name, directory, environment);
  }

  @Test
  @Timeout(
      value = 6,
      unit = TimeUnit.MINUTES) // its photos need two minutes on a machine that is busy
  void theOtherTakesOverAndNoPhotoIsLostAndNoInstanceLaunchedTwice() throws Exception {
    aws.ec2().faults().refuseNextLaunches(Integer.MAX_VALUE); // until all photos are there
    aws.ec2().faults().delayBoots(BOOT_DELAY);
    aws.ec2().faults().delayVisibility(SHOWN_AFTER);
    try (WebProcess one = web("one");
        WebProcess two = web("two")) {
      try {
        one.awaitReady();
        two.awaitReady();
        await().atMost(LONG).until(() -> leads(one) || leads(two));
        takeOver(leads(one) ? one : two, leads(one) ? two : one);
      } catch (Exception | AssertionError e) {
        throw new AssertionError(e.getMessage() + one.tail() + two.tail(), e);
      }
    }
  }

  private static boolean leads(WebProcess node) throws Exception {
    return node.metric("argus_leader") == 1;
  }

  private static void takeOver(WebProcess first, WebProcess second) throws Exception {
    List<String> ids = upload(List.of(first, second), COUNT);
    assertThat(leads(first) && !leads(second)).as("the first leads").isTrue();
    aws.ec2().faults().refuseNextLaunches(0);
    await().atMost(LONG).until(() -> aws.ec2().instances().size() == MAX_WORKERS);
    List<String> launched = aws.ec2().instances();
    assertThat(answers()).as("photos answered before the kill").isZero();
    first.kill();
    long killedAt = System.nanoTime();

    await().atMost(TAKE_OVER).pollInterval(Duration.ofMillis(100)).until(() -> leads(second));
    Duration took = Duration.ofNanos(System.nanoTime() - killedAt);
    System.out.printf("the other took over after %d ms%n", took.toMillis());
    assertThat(took).isLessThan(TAKE_OVER);
    assertThat(second.metric("argus_leader_generation")).isEqualTo(2);
    aws.ec2().faults().reset();
    // They are shown to nobody yet, and the new leader has photos enough for more.
    await().during(Duration.ofSeconds(3)).until(() -> aws.ec2().instances().equals(launched));

    awaitAnswers(second, ids);
    await().atMost(LONG).until(() -> aws.ec2().instances().isEmpty());
    assertLaunchedOnce(MAX_WORKERS);

    // The new leader goes on with tokens of its own.
    List<String> later = upload(List.of(second), 20);
    awaitAnswers(second, later);
    assertThat(aws.ec2().mostInstances()).isLessThanOrEqualTo(MAX_WORKERS);
    assertLaunchedOnce(MAX_WORKERS + 1);
  }

  /**
   * Each instance was launched for an intent of its own: cluster, number, generation, and a
   * sequence number. The pool that its token names does not count.
   */
  private static void assertLaunchedOnce(int atLeast) {
    List<String> used =
        clients.ec2().describeInstances().join().reservations().stream()
            .flatMap(reservation -> reservation.instances().stream())
            .filter(TakeoverIT::isAppNode)
            .map(instance -> LaunchTokens.intent(instance.clientToken()))
            .toList();
    assertThat(used)
        .hasSizeGreaterThanOrEqualTo(atLeast)
        .doesNotHaveDuplicates()
        .allMatch(token -> token.matches("argus-[12]-[12]-\\d+"));
  }

  private static boolean isAppNode(Instance instance) {
    return instance.tags().stream()
        .anyMatch(tag -> tag.key().equals("Name") && tag.value().startsWith("app-tier-instance-"));
  }

  private static List<String> upload(List<WebProcess> nodes, int count) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
    try {
      List<Future<String>> ids = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        WebProcess node = nodes.get(i % nodes.size());
        Path photo = PHOTOS.resolve(NAMES.get(i % NAMES.size()));
        ids.add(threads.submit(() -> accepted(node.upload(photo))));
      }
      List<String> accepted = new ArrayList<>();
      for (Future<String> id : ids) {
        accepted.add(id.get());
      }
      assertThat(Set.copyOf(accepted)).hasSize(count);
      return accepted;
    } finally {
      threads.shutdownNow();
    }
  }

  private static String accepted(HttpResponse<String> response) throws Exception {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(202);
    return new ObjectMapper().readTree(response.body()).get("id").asText();
  }

  /** How many photos have an answer, or a thousand if more have. */
  private static int answers() {
    return clients.s3().listObjectsV2(b -> b.bucket("argus-output")).join().contents().size();
  }

  /** Until this web node has a good answer for each of these photos. */
  private static void awaitAnswers(WebProcess node, List<String> ids) {
    for (String id : ids) {
      await().pollDelay(Duration.ZERO).atMost(LONG).until(() -> isAnswered(node, id));
    }
  }

  private static boolean isAnswered(WebProcess node, String id) throws Exception {
    HttpResponse<String> response = node.get("/v1/images/" + id);
    assertThat(response.statusCode()).as("photo %s: %s", id, response.body()).isIn(200, 202);
    if (response.statusCode() == 202) {
      return false;
    }
    assertThat(response.body()).contains("\"recognised\"");
    return true;
  }
}
