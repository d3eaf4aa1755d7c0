package dev.argus.scaling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.scaling.Decision.Verdict;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class MinimumPolicyTest {
  private final ScalingPolicy policy = new BacklogPolicy().withAtLeast(3);

  @Test
  void launchesTheMinimumWithoutWorkAndSaysWhy() {
    Decision decision = policy.decide(Seen.nothing().withReady(1).now());
    assertThat(decision.launch()).isEqualTo(2);
    assertThat(decision.reason())
        .isEqualTo(
            "launch 2 nodes: 1 ready and 0 starting nodes are fewer than"
                + " argus.worker.min-workers, 3");
  }

  @Test
  void nodesThatStartCountAndThoseThatLeaveOrAreOverdueDoNot() {
    Seen starting =
        Seen.nothing().withReady(1).withBooting(Duration.ofSeconds(1)).afterLaunching(1);
    assertThat(policy.decide(starting.now()).verdict()).isEqualTo(Verdict.NO_WORK);
    assertThat(policy.decide(Seen.nothing().withReady(2).withUseless(2, 2).now()).launch())
        .isEqualTo(1);
  }

  @Test
  void decidingAgainLaunchesNothing() {
    Seen seen = Seen.nothing();
    int launched = policy.decide(seen.now()).launch();
    assertThat(launched).isEqualTo(3);
    assertThat(policy.decide(seen.afterLaunching(launched).now()).launch()).isZero();
  }

  @Test
  void neverMoreThanTheMaximum() {
    Seen full = Seen.nothing().withLimits(1, 4).withUseless(4, 0);
    Decision decision = policy.decide(full.now());
    assertThat(decision.verdict()).isEqualTo(Verdict.AT_MAXIMUM);
    assertThat(policy.decide(full.withUseless(2, 0).now()).launch()).isEqualTo(2);
  }

  @Test
  void whereTheWorkNeedsMoreThePolicyDecides() {
    Observation busy = Seen.work(10_000).now();
    assertThat(policy.decide(busy)).isEqualTo(new BacklogPolicy().decide(busy));
  }

  @Test
  void withoutAMinimumThePolicyIsUnchanged() {
    ScalingPolicy plain = new BacklogPolicy();
    assertThat(plain.withAtLeast(0)).isSameAs(plain);
  }
}
