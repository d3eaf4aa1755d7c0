package dev.argus.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.argus.simulation.InMemoryObjectStore;
import dev.argus.simulation.InMemoryQueue;
import dev.argus.simulation.SettableClock;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.LoggingTestKit;
import org.junit.jupiter.api.Test;

class ReadinessTest {
  private static final Duration INTERVAL = Duration.ofSeconds(1);
  private static final String TOKEN = "user-token-0123456789";

  private final SettableClock clock = new SettableClock();
  private final InMemoryQueue requests = new InMemoryQueue(clock);
  private final InMemoryQueue responses = new InMemoryQueue(clock);
  private Optional<String> conflict = Optional.empty();
  private final Readiness readiness =
      new Readiness(
          requests, responses, () -> conflict, new InMemoryObjectStore(), INTERVAL, clock);

  private Map<String, String> look() {
    clock.advance(INTERVAL.plusMillis(1));
    return readiness.check().toCompletableFuture().join();
  }

  @Test
  void aResponseQueueThatAnotherUsesTooIsNotReadyUntilThatIsOver() {
    assertThat(look()).hasSize(5).allSatisfy((name, state) -> assertThat(state).isEqualTo("ok"));
    conflict = Optional.of("another web node uses it too");
    assertThat(look()).containsEntry("response-queue", "another web node uses it too");
    responses.setDown(true);
    assertThat(look().get("response-queue")).contains("down");
    responses.setDown(false);
    conflict = Optional.empty();
    assertThat(look()).containsEntry("response-queue", "ok");
  }

  @Test
  void whatIsWrongIsLoggedWhenItGoesWrongAndWhenItIsMended() {
    ActorTestKit kit = ActorTestKit.create();
    try {
      requests.setDown(true);
      LoggingTestKit.warn("request-queue: IllegalStateException: the queue is down")
          .withLoggerName(Readiness.class.getName())
          .withOccurrences(1)
          .expect(kit.system(), this::lookThrice);
      requests.setDown(false);
      LoggingTestKit.info("request-queue is well again")
          .withOccurrences(1)
          .expect(kit.system(), this::lookThrice);
    } finally {
      kit.shutdownTestKit();
    }
  }

  private Map<String, String> lookThrice() {
    look();
    look();
    return look();
  }

  private static JsonNode checks(TestTier tier, String... headers) throws Exception {
    return answer(tier, 503, headers).get("checks");
  }

  private static JsonNode answer(TestTier tier, int status, String... headers) throws Exception {
    HttpRequest.Builder request = HttpRequest.newBuilder(tier.uri("/readyz"));
    if (headers.length > 0) {
      request.headers(headers);
    }
    HttpResponse<String> response =
        HttpClient.newHttpClient().send(request.build(), BodyHandlers.ofString());
    assertThat(response.statusCode()).isEqualTo(status);
    return new ObjectMapper().readTree(response.body());
  }

  @Test
  void whereThereAreTokensAStrangerIsNotToldWhy() throws Exception {
    try (TestTier tier = new TestTier("USER_TOKEN", TOKEN)) {
      tier.requests.setDown(true);
      for (JsonNode seen :
          new JsonNode[] {checks(tier), checks(tier, "Authorization", "Bearer nonsense")}) {
        assertThat(seen).hasSize(5);
        assertThat(seen.get("request-queue").asText()).isEqualTo("unreachable");
        assertThat(seen.get("input-bucket").asText()).isEqualTo("ok");
      }
      assertThat(checks(tier, "Authorization", "Bearer " + TOKEN).get("request-queue").asText())
          .contains("the queue is down");
    }
  }

  @Test
  void whereThereAreNoneEverybodyOnThisMachineIsTold() throws Exception {
    try (TestTier tier = new TestTier()) {
      tier.requests.setDown(true);
      assertThat(checks(tier).get("request-queue").asText()).contains("the queue is down");
    }
  }

  @Test
  void whileEc2IsDownAWebNodeServesAndSaysSo() throws Exception {
    try (TestTier tier = new TestTier("USER_TOKEN", TOKEN)) {
      assertThat(answer(tier, 200).get("scaling").asText()).isEqualTo("ok");
      tier.trouble = Optional.of("the fleet cannot be read: no route to EC2");
      assertThat(answer(tier, 200).get("scaling").asText()).isEqualTo("impaired");
      JsonNode told = answer(tier, 200, "Authorization", "Bearer " + TOKEN);
      assertThat(told.get("ready").asBoolean()).isTrue();
      assertThat(told.get("scaling").asText()).contains("no route to EC2");
    }
  }
}
