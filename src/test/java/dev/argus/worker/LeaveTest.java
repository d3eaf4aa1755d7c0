package dev.argus.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LeaveTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  @Test
  void aNodeThatLeavesByItselfHasTheWholeDrainTimeout() {
    assertThat(timeToFinish(new Leave(Leave.Reason.SURPLUS, "surplus"))).isEqualTo(seconds(30));
  }

  @Test
  void theUsualTwoMinutesOfNoticeAreMoreThanEnough() {
    assertThat(timeToFinish(interruptedAt(120))).isEqualTo(seconds(30));
  }

  @Test
  void aLateNoticeLeavesWhatIsLeftAndTimeToGiveBack() {
    assertThat(timeToFinish(interruptedAt(20))).isEqualTo(seconds(15));
    assertThat(timeToFinish(interruptedAt(5))).isZero();
    assertThat(timeToFinish(interruptedAt(-60))).isZero();
  }

  private static Duration timeToFinish(Leave leave) {
    return leave.timeToFinish(seconds(30), seconds(5), NOW);
  }

  private static Leave interruptedAt(int second) {
    return new Leave(Leave.Reason.INTERRUPTED, "spot", Optional.of(NOW.plusSeconds(second)));
  }

  private static Duration seconds(int seconds) {
    return Duration.ofSeconds(seconds);
  }
}
