package dev.argus.scaling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.argus.scaling.Decision.Verdict;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class OnePerMessagePolicyTest {
  private final ScalingPolicy policy = ScalingPolicy.named("one-per-message");

  @Test
  void launchesOneNodePerWaitingPhoto() {
    Decision decision = policy.decide(Seen.work(7).now());

    assertThat(decision.launch()).isEqualTo(7);
    assertThat(decision.reason())
        .isEqualTo("launch 7 nodes: one node per photo, 7 photos, 0 ready and 0 starting nodes");
  }

  @Test
  void launchesNoneWhileThoseRunningCanTakeTheBatch() {
    Seen seen = Seen.work(5).withReady(3).withBooting(Duration.ZERO, Duration.ZERO);

    assertThat(policy.decide(seen.now()).verdict()).isEqualTo(Verdict.ENOUGH);
    assertThat(policy.decide(seen.withCounts(6, 0, 0).now()).launch()).isEqualTo(1);
  }

  @Test
  void stopsAtTheMaximum() {
    assertThat(policy.decide(Seen.work(1000).now()).launch()).isEqualTo(19);
    assertThat(policy.decide(Seen.work(1000).withUseless(2, 1).now()).launch()).isEqualTo(16);
  }

  @Test
  void anUnknownPolicyIsRefusedWithTheNamesOfTheKnown() {
    assertThatThrownBy(() -> ScalingPolicy.named("magic"))
        .hasMessage("expected the policy deadline, backlog or one-per-message, found magic");
  }
}
