package dev.argus.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.argus.ports.LaunchTokens;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.ec2.model.Instance;

/**
 * Two web nodes as processes of their own on the embedded services: the one that leads is killed
 * while all photos are in flight, and what it has launched is not even shown yet.
 */
@Tag("alone")
class TakeoverIT {
  private static final List<Path> PHOTOS =
      Stream.of("pizza.jpg", "dog.jpg", "cat.jpg", "shuttle.jpg", "teddy-bear.jpg", "coffee.jpg")
          .map(name -> Path.of("src/test/resources/photos", name))
          .toList();
  private static final int COUNT = 500;
  private static final int MAX_WORKERS = 2;
  private static final Duration LONG = Duration.ofSeconds(120);
  private static final Duration TAKE_OVER = Duration.ofSeconds(20);

  /** The nodes come up when the kill is over, and are shown when another web node leads. */
  private static final Duration BOOT_DELAY = Duration.ofSeconds(10);

  private static final Duration SHOWN_AFTER = Duration.ofSeconds(40);

  @TempDir private static Path directory;
  private static EmbeddedAccount account;

  @BeforeAll
  static void start() {
    account = new EmbeddedAccount(directory.resolve("aws"), MAX_WORKERS + 8);
  }

  @AfterAll
  static void stop() {
    account.close();
  }

  private static WebProcess web(String name) throws Exception {
    Map<String, String> environment = new HashMap<>(account.environment());
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
    account.ec2().faults().refuseNextLaunches(Integer.MAX_VALUE); // until all photos are there
    account.ec2().faults().delayBoots(BOOT_DELAY);
    account.ec2().faults().delayVisibility(SHOWN_AFTER);
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
    List<String> ids = WebProcess.upload(List.of(first, second), PHOTOS, COUNT);
    assertThat(leads(first) && !leads(second)).as("the first leads").isTrue();
    account.ec2().faults().refuseNextLaunches(0);
    await().atMost(LONG).until(() -> account.ec2().instances().size() == MAX_WORKERS);
    List<String> launched = account.ec2().instances();
    assertThat(account.answers()).as("photos answered before the kill").isZero();
    first.kill();
    long killedAt = System.nanoTime();

    await().atMost(TAKE_OVER).pollInterval(Duration.ofMillis(100)).until(() -> leads(second));
    Duration took = Duration.ofNanos(System.nanoTime() - killedAt);
    System.out.printf("the other took over after %d ms%n", took.toMillis());
    assertThat(took).isLessThan(TAKE_OVER);
    assertThat(second.metric("argus_leader_generation")).isEqualTo(2);
    account.ec2().faults().reset();
    // They are shown to nobody yet, and the new leader has photos enough for more.
    await().during(Duration.ofSeconds(3)).until(() -> account.ec2().instances().equals(launched));

    awaitAnswers(second, ids);
    await().atMost(LONG).until(() -> account.ec2().instances().isEmpty());
    // On a fast machine they are gone before they are shown.
    await().atMost(SHOWN_AFTER).untilAsserted(() -> assertLaunchedOnce(MAX_WORKERS));

    // The new leader goes on with tokens of its own.
    List<String> later = WebProcess.upload(List.of(second), PHOTOS, 20);
    awaitAnswers(second, later);
    assertThat(account.ec2().mostInstances()).isLessThanOrEqualTo(MAX_WORKERS);
    assertLaunchedOnce(MAX_WORKERS + 1);
  }

  /**
   * Each instance was launched for an intent of its own: cluster, number, generation, and a
   * sequence number. The pool that its token names does not count.
   */
  private static void assertLaunchedOnce(int atLeast) {
    List<String> used =
        account.clients().ec2().describeInstances().join().reservations().stream()
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

  /** Until this web node has a good answer for each of these photos. */
  private static void awaitAnswers(WebProcess node, List<String> ids) {
    for (String id : ids) {
      await().pollDelay(Duration.ZERO).atMost(LONG).until(() -> node.hasRecognised(id));
    }
  }
}
