package dev.argus.simulation.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SeedsTest {
  @Test
  void areNumbersAndRangesEachOnce() {
    assertThat(Seeds.of("21-23").all()).containsExactly(21L, 22L, 23L);
    assertThat(Seeds.of("7,21-22,7").all()).containsExactly(7L, 21L, 22L);
    assertThat(Seeds.of("1-1000").all()).hasSize(1000);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "21-", "3-1", "a", "1,,2", "-1", "1-1001", "0-999999999999999999", "1-2-3"})
  void anythingElseIsRefused(String text) {
    assertThatThrownBy(() -> Seeds.of(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected");
  }
}
