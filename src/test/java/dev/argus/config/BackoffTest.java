package dev.argus.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class BackoffTest {
  private static final Duration MIN = Duration.ofMillis(100);
  private static final Duration MAX = Duration.ofSeconds(5);

  @Test
  void theLongestWaitDoublesUpToTheMaximum() {
    Backoff longest = new Backoff(MIN, MAX, () -> 1.0);
    assertThat(longest.after(1)).isEqualTo(Duration.ofMillis(200));
    assertThat(longest.after(2)).isEqualTo(Duration.ofMillis(400));
    assertThat(longest.after(1000)).isEqualTo(MAX);
  }

  @Test
  void jitterNeverGoesBelowTheMinimum() {
    Backoff shortest = new Backoff(MIN, MAX, () -> 0.0);
    assertThat(shortest.after(1)).isEqualTo(MIN);
    assertThat(shortest.after(50)).isEqualTo(MIN);
  }
}
