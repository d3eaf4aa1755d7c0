package dev.argus.scaling;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.argus.ports.Fleet;
import dev.argus.protocol.Answer;
import dev.argus.protocol.BootStage;
import dev.argus.protocol.ClassifyReply;
import dev.argus.protocol.NodeEvent;
import dev.argus.protocol.NodeReport;
import dev.argus.protocol.PhotoId;
import dev.argus.protocol.Prediction;
import dev.argus.protocol.StageTimes;
import dev.argus.simulation.SettableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.junit.jupiter.api.Test;

class FleetWatchTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final SettableClock clock = new SettableClock();
  private final DecisionLog decisions = new DecisionLog(100);
  private final FleetWatch watch = new FleetWatch(Duration.ofSeconds(60), clock);
  private final List<Fleet.Node> shown = new ArrayList<>();
  private CompletableFuture<Fleet.Node> launching = new CompletableFuture<>();
  private final Fleet fleet =
      watch.watched(
          new Fleet() {
            @Override
            public CompletionStage<List<Node>> nodes() {
              return CompletableFuture.completedFuture(List.copyOf(shown));
            }

            @Override
            public Pool pool(String clientToken) {
              return new Pool("p1", "the only pool");
            }

            @Override
            public CompletionStage<Node> launch(int number, String clientToken) {
              return launching;
            }

            @Override
            public CompletionStage<Done> terminate(String id) {
              return CompletableFuture.completedFuture(Done.getInstance());
            }
          });

  private Fleet.Node node(int number, Fleet.State state) {
    return new Fleet.Node(
        "i-" + number, number, state, clock.instant(), "responses", "t3.small", "spot");
  }

  private void show(Fleet.Node... nodes) {
    shown.clear();
    shown.addAll(List.of(nodes));
    fleet.nodes();
  }

  private JsonNode json() {
    return watch.toJson(decisions, new Forecast());
  }

  private String state(int number) {
    for (JsonNode node : json().path("list")) {
      if (node.path("number").asInt() == number) {
        return node.path("state").asText();
      }
    }
    return "unknown";
  }

  private void report(NodeReport.State state, Map<NodeEvent, Long> events) {
    watch.heard(
        new NodeReport(
            "i-1",
            state,
            "",
            clock.instant(),
            Duration.ZERO,
            1,
            events,
            Map.of(BootStage.MODEL, Duration.ofMillis(700)),
            Map.of()));
  }

  private Answer answer() {
    return new Answer(
        new ClassifyReply.Recognised(
            PhotoId.random(), "a.jpg", List.of(new Prediction("cat", 0.9)), "m"),
        "i-1",
        StageTimes.none());
  }

  @Test
  void aLaunchIsFollowedFromItsRequestToTheEndOfTheNode() {
    Instant start = clock.instant();
    fleet.launch(1, "token");
    assertThat(json().path("nodes").path("launching").asInt()).isEqualTo(1);
    assertThat(json().path("list")).isEmpty();

    clock.advance(SECOND);
    launching.complete(node(1, Fleet.State.PENDING));
    assertThat(json().path("nodes").path("launching").asInt()).isEqualTo(1);
    assertThat(state(1)).isEqualTo("launching");

    clock.advance(SECOND);
    show(node(1, Fleet.State.RUNNING));
    assertThat(state(1)).isEqualTo("booting");
    clock.advance(SECOND);
    report(NodeReport.State.READY, Map.of());
    assertThat(state(1)).isEqualTo("ready");
    clock.advance(SECOND);
    watch.heard(answer());
    clock.advance(SECOND);
    watch.heard(answer());

    JsonNode node = json().path("list").path(0);
    assertThat(node.path("requestedAt").asText()).startsWith("2026-01-01T00:00:00");
    assertThat(Instant.parse(node.path("runningAt").asText())).isEqualTo(start.plusSeconds(2));
    assertThat(Instant.parse(node.path("readyAt").asText())).isEqualTo(start.plusSeconds(3));
    assertThat(Instant.parse(node.path("firstPhotoAt").asText())).isEqualTo(start.plusSeconds(4));
    assertThat(node.path("type").asText()).isEqualTo("t3.small");
    assertThat(node.path("purchase").asText()).isEqualTo("spot");
    assertThat(node.path("bootMs").path("model").asInt()).isEqualTo(700);

    report(NodeReport.State.DRAINING, Map.of());
    assertThat(state(1)).isEqualTo("draining");
    show();
    assertThat(state(1)).isEqualTo("gone");
    assertThat(json().path("nodes").toString())
        .isEqualTo("{\"launching\":0,\"booting\":0,\"ready\":0,\"draining\":0}");
  }

  @Test
  void aLaunchThatFailedIsNoNode() {
    fleet.launch(1, "token");
    launching.completeExceptionally(new IllegalStateException("no"));
    assertThat(json().path("nodes").path("launching").asInt()).isZero();
    assertThat(json().path("list")).isEmpty();
  }

  @Test
  void aNodeThatEc2NeverShowsIsGoneAfterTheVisibilityTimeout() {
    launching.complete(node(1, Fleet.State.PENDING));
    fleet.launch(1, "token");
    show();
    assertThat(state(1)).isEqualTo("launching");
    clock.advance(Duration.ofSeconds(61));
    show();
    assertThat(state(1)).isEqualTo("gone");
  }

  @Test
  void ofANodeThatWasThereBeforeNothingIsMadeUp() {
    Fleet.Node old = node(1, Fleet.State.RUNNING);
    clock.advance(Duration.ofMinutes(10));
    show(old);
    assertThat(state(1)).isEqualTo("booting");
    report(NodeReport.State.WORKING, Map.of(NodeEvent.SERVED, 3L));
    assertThat(state(1)).isEqualTo("ready");
    JsonNode node = json().path("list").path(0);
    assertThat(node.has("runningAt")).isFalse();
    assertThat(node.has("readyAt")).isFalse();
    assertThat(node.has("firstPhotoAt")).isFalse();
    watch.heard(
        new NodeReport("i-9", NodeReport.State.READY, "", clock.instant(), Duration.ZERO, 1));
    assertThat(json().path("list")).as("of one that EC2 does not show nothing is kept").hasSize(1);
  }

  @Test
  void theLastThatAreGoneAndTheNewestAreListed() {
    List<Fleet.Node> many = new ArrayList<>();
    for (int i = 1; i <= 130; i++) {
      many.add(node(i, Fleet.State.RUNNING));
      clock.advance(SECOND);
    }
    show(many.toArray(Fleet.Node[]::new));
    assertThat(json().path("list")).hasSize(100);
    assertThat(json().path("list").path(0).path("number").asInt()).isEqualTo(130);
    assertThat(json().path("unlisted").asInt()).isEqualTo(30);
    show(many.get(0));
    assertThat(json().path("list")).hasSize(7);
    assertThat(json().path("list").path(0).path("number").asInt()).isEqualTo(1);
    assertThat(json().path("list").path(1).path("number").asInt()).isEqualTo(130);
  }

  @Test
  void theLatestDecisionsAreToldNewestFirstAndOlderOnesThatLaunched() {
    decisions.add(
        new Decision(
            clock.instant(),
            2,
            Decision.Verdict.LAUNCH,
            "work",
            OptionalInt.empty(),
            Optional.empty()));
    for (int i = 0; i < 30; i++) {
      decisions.add(
          new Decision(
              clock.advance(SECOND),
              0,
              Decision.Verdict.ENOUGH,
              "reason " + i,
              OptionalInt.empty(),
              Optional.empty()));
    }
    JsonNode told = json().path("decisions");
    assertThat(told).hasSize(13);
    assertThat(told.path(0).path("reason").asText()).isEqualTo("reason 29");
    assertThat(told.path(11).path("reason").asText()).isEqualTo("reason 18");
    assertThat(told.path(12).path("reason").asText()).as("what did something").isEqualTo("work");
  }
}
