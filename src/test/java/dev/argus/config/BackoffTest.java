package dev.argus.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class BackoffTest {
  private final Backoff backoff = new Backoff(Duration.ofMillis(200), Duration.ofSeconds(10));

  @Test
  void doublesFromTheMinimumToTheMaximum() {
    assertThat(backoff.after(1, 1)).isEqualTo(Duration.ofMillis(200));
    assertThat(backoff.after(2, 1)).isEqualTo(Duration.ofMillis(400));
    assertThat(backoff.after(6, 1)).isEqualTo(Duration.ofMillis(6400));
    assertThat(backoff.after(7, 1)).isEqualTo(Duration.ofSeconds(10));
  }

  @Property
  void isAtLeastHalfTheMinimumAndAtMostTheMaximum(
      @ForAll @IntRange(min = 1) int failures, @ForAll @DoubleRange(max = 1) double random) {
    assertThat(backoff.after(failures, random))
        .isBetween(Duration.ofMillis(100), Duration.ofSeconds(10));
  }

  @Test
  void refusesAMinimumAboveTheMaximum() {
    assertThatThrownBy(() -> new Backoff(Duration.ofSeconds(2), Duration.ofSeconds(1)))
        .hasMessageContaining("PT2S")
        .hasMessageContaining("PT1S");
  }
}
