package dev.argus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeadCommandTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "dead redrive",
        "dead redrive --all 0190",
        "dead show",
        "dead show a b",
        "dead discard",
        "dead list 0190",
        "dead bury 0190"
      })
  void whatMakesNoSenseIsAUsageErrorBeforeAnythingIsTouched(String line) {
    assertThat(Main.run(line.split(" "))).isEqualTo(2);
  }

  @Test
  void itsHelpNamesTheExitCodes() {
    assertThat(Main.run("dead", "--help")).isZero();
    assertThat(Main.run("dead", "redrive", "--help")).isZero();
  }
}
