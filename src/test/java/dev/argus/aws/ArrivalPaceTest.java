package dev.argus.aws;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ArrivalPaceTest {
  private static final Duration LONGEST = Duration.ofMillis(200);

  private final ArrivalPace pace = new ArrivalPace(LONGEST);
  private long now = 7;

  private void arrive(int count, Duration after) {
    now += after.toNanos();
    pace.arrived(count, now);
  }

  @Test
  void whileNothingIsKnownOrLittleComesTheLongestWaitIsTaken() {
    assertThat(pace.untilFull()).isEqualTo(LONGEST);
    for (int i = 0; i < 20; i++) {
      arrive(1, Duration.ofSeconds(1));
    }
    assertThat(pace.untilFull()).isEqualTo(LONGEST);
  }

  @Test
  void theMoreComesTheShorterTheWaitForTen() {
    for (int i = 0; i < 50; i++) {
      arrive(1, Duration.ofMillis(2));
    }
    assertThat(pace.untilFull()).isBetween(Duration.ofMillis(19), Duration.ofMillis(21));
    for (int i = 0; i < 50; i++) {
      arrive(10, Duration.ofMillis(10));
    }
    assertThat(pace.untilFull()).isBetween(Duration.ofMillis(9), Duration.ofMillis(11));
  }

  @Test
  void onePauseInABurstIsForgottenWithinABatchOrTwo() {
    for (int i = 0; i < 50; i++) {
      arrive(1, Duration.ofMillis(1));
    }
    arrive(1, Duration.ofMillis(100));
    for (int i = 0; i < 15; i++) {
      arrive(1, Duration.ofMillis(1));
    }
    assertThat(pace.untilFull()).isLessThan(Duration.ofMillis(20));
  }
}
