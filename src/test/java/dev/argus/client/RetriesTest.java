package dev.argus.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RetriesTest {
  private static final Retries RETRIES = Retries.standard().upTo(10, Duration.ofSeconds(30));

  @Test
  void whoIsToldToComeLaterComesNoEarlierAndATenthLaterAtMost() {
    assertThat(wait(1, 10, 0)).isEqualTo(Duration.ofSeconds(10));
    assertThat(wait(1, 10, 0.5)).isEqualTo(Duration.ofMillis(10_500));
    assertThat(wait(7, 10, 1)).isEqualTo(Duration.ofSeconds(11));
    assertThat(wait(1, 0, 1)).isZero();
  }

  @Test
  void noWaitIsLongerThanTheLongest() {
    assertThat(wait(1, 3600, 0)).isEqualTo(Duration.ofSeconds(30));
    assertThat(RETRIES.waitAfter(1, Optional.of(Duration.ofSeconds(Long.MAX_VALUE)), 1))
        .isEqualTo(Duration.ofSeconds(30));
    assertThat(RETRIES.waitAfter(30, Optional.empty(), 1)).isEqualTo(Duration.ofSeconds(30));
    assertThat(RETRIES.upTo(1, Duration.ofMillis(5)).waitAfter(1, Optional.empty(), 1))
        .isEqualTo(Duration.ofMillis(5));
  }

  @Test
  void whoIsToldNothingWaitsTwiceAsLongEachTime() {
    assertThat(RETRIES.waitAfter(1, Optional.empty(), 1)).isEqualTo(Duration.ofMillis(500));
    assertThat(RETRIES.waitAfter(2, Optional.empty(), 1)).isEqualTo(Duration.ofSeconds(1));
    assertThat(RETRIES.waitAfter(3, Optional.empty(), 1)).isEqualTo(Duration.ofSeconds(2));
    assertThat(RETRIES.waitAfter(3, Optional.empty(), 0)).isEqualTo(Duration.ofSeconds(1));
  }

  private static Duration wait(int failures, int retryAfterSeconds, double random) {
    return RETRIES.waitAfter(failures, Optional.of(Duration.ofSeconds(retryAfterSeconds)), random);
  }
}
