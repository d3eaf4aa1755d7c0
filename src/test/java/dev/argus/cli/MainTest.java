package dev.argus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MainTest {
  private final StringWriter err = new StringWriter();

  private int run(String... args) {
    return Main.commandLine().setErr(new PrintWriter(err)).execute(args);
  }

  @ParameterizedTest
  @CsvSource({
    "laod,argus load",
    "lokal,argus local",
    "provison,argus provision",
    "dead lst,argus dead list"
  })
  void aMisspeltCommandIsToldTheNearest(String words, String meant) {
    assertThat(run(words.split(" "))).isEqualTo(2);
    assertThat(err.toString()).contains("Did you mean: " + meant + "?");
  }

  @ParameterizedTest
  @CsvSource({"--hepl,--help", "load --reqests 5,--requests"})
  void aMisspeltOptionIsToldTheNearest(String words, String meant) {
    assertThat(run(words.split(" "))).isEqualTo(2);
    assertThat(err.toString()).contains(meant);
  }
}
