package dev.argus.scaling;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.argus.scaling.Decision.Verdict;
import dev.argus.simulation.SettableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class DecisionLogTest {
  private static final Instant T0 = SettableClock.START;

  private final DecisionLog log = new DecisionLog(3);
  private final ScalingPolicy policy = new BacklogPolicy();

  @Test
  void showsTheNewestFirstAndForgetsTheOldest() {
    for (int i = 1; i <= 5; i++) {
      log.add(Decision.blind(T0.plusSeconds(i), "reason " + i));
    }

    assertThat(log.entries())
        .extracting(entry -> entry.decision().reason())
        .containsExactly("reason 5", "reason 4", "reason 3");
  }

  @Test
  void foldsRepeatedDecisionsToDoNothing() {
    log.add(policy.decide(Seen.nothing().now()));
    log.add(policy.decide(Seen.nothing().now()));
    log.add(policy.decide(Seen.nothing().withReady(2).now()));

    assertThat(log.entries()).hasSize(1);
    assertThat(log.entries().get(0).count()).isEqualTo(3);
    assertThat(log.entries().get(0).decision().at()).isEqualTo(T0);
  }

  @Test
  void troubleIsWhatTheLatestDecisionCouldNotDo() {
    assertThat(log.trouble()).isEmpty();
    log.add(Decision.blind(T0, "EC2 is down"));
    assertThat(log.trouble()).contains("EC2 is down");
    log.add(policy.decide(Seen.work(10).now()).heldBack(T0.plusSeconds(9), "a launch failed"));
    assertThat(log.trouble().orElseThrow()).contains("a launch failed");
    log.add(policy.decide(Seen.work(10).now()));
    assertThat(log.trouble()).isEmpty();
  }

  @Test
  void neverFoldsALaunch() {
    log.add(policy.decide(Seen.work(10).now()));
    log.add(policy.decide(Seen.work(10).now()));

    assertThat(log.entries()).hasSize(2);
  }

  @Test
  void launchesAndChangesOfReasonAreNews() {
    assertThat(log.add(policy.decide(Seen.nothing().now()))).isTrue();
    assertThat(log.add(policy.decide(Seen.nothing().now()))).isFalse();
    assertThat(log.add(policy.decide(Seen.work(10).now()))).isTrue();
    assertThat(log.add(policy.decide(Seen.work(10).now()))).isTrue();
    assertThat(log.add(policy.decide(Seen.work(10).withReady(1).now()))).isTrue();
    assertThat(log.add(policy.decide(Seen.work(9).withReady(1).now()))).isFalse();
  }

  @Test
  void writesEveryInputAsJson() {
    Seen seen =
        Seen.nothing()
            .withCounts(80, 20, 90)
            .withReady(1)
            .withBooting(Duration.ofSeconds(3))
            .withUnseen(List.of(Duration.ofMillis(1500)))
            .withUseless(2, 1)
            .withTimes(Duration.ofNanos(5_250_000), Duration.ofSeconds(3), Duration.ofSeconds(10));
    log.add(policy.decide(seen.now()));

    JsonNode json = log.toJson().get(0);

    assertThat(json.get("at").asText()).isEqualTo("2026-01-01T00:00:00Z");
    assertThat(json.get("lastAt").asText()).isEqualTo("2026-01-01T00:00:00Z");
    assertThat(json.get("verdict").asText()).isEqualTo("enough");
    assertThat(json.get("reason").asText())
        .startsWith("1 ready and 2 starting nodes do 100 photos");
    assertThat(json.get("launch").asInt()).isZero();
    assertThat(json.get("visible").asInt()).isEqualTo(80);
    assertThat(json.get("inFlight").asInt()).isEqualTo(20);
    assertThat(json.get("waiting").asInt()).isEqualTo(90);
    assertThat(json.get("ready").asInt()).isEqualTo(1);
    assertThat(json.get("booting").asInt()).isEqualTo(1);
    assertThat(json.get("bootingAgesMs").get(0).asInt()).isEqualTo(3000);
    assertThat(json.get("unseen").asInt()).isEqualTo(1);
    assertThat(json.get("unseenAgesMs").get(0).asInt()).isEqualTo(1500);
    assertThat(json.get("leaving").asInt()).isEqualTo(2);
    assertThat(json.get("overdue").asInt()).isEqualTo(1);
    assertThat(json.get("serviceTimeMs").asDouble()).isEqualTo(5.25);
    assertThat(json.get("bootTimeMs").asInt()).isEqualTo(3000);
    assertThat(json.get("parallelism").asInt()).isEqualTo(1);
    assertThat(json.get("maxWorkers").asInt()).isEqualTo(19);
    assertThat(json.get("targetTimeMs").asInt()).isEqualTo(10_000);
  }

  @Test
  void whatBecameOfALaunchIsToldWithTheDecisionThatMadeIt() {
    log.add(policy.decide(Seen.work(10).now()));
    log.add(policy.decide(Seen.nothing().now()));
    log.launched("node 1 was launched");
    log.add(policy.decide(Seen.nothing().now()));

    assertThat(log.toJson().get(0).has("launches")).isFalse();
    assertThat(log.toJson().get(1).get("launches").get(0).asText())
        .isEqualTo("node 1 was launched");
  }

  @Test
  void aDecisionTellsOfFiftyEventsAtMostAndNoneIsNoTrouble() {
    log.launched("nobody decided this");
    log.add(policy.decide(Seen.work(10).now()));
    for (int i = 0; i < 60; i++) {
      log.launched("event " + i);
    }

    assertThat(log.entries().get(0).launches()).hasSize(50).startsWith("event 0");
  }

  @Test
  void aDecisionWithoutAnObservationHasItsReasonOnly() {
    log.add(Decision.blind(T0, "SQS cannot be reached"));

    JsonNode json = log.toJson().get(0);

    assertThat(json.get("verdict").asText()).isEqualTo(Verdict.BLIND.name().toLowerCase());
    assertThat(json.get("reason").asText()).isEqualTo("SQS cannot be reached");
    assertThat(json.has("visible")).isFalse();
  }
}
