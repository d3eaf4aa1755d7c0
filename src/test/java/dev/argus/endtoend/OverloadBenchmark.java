package dev.argus.endtoend;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * What is left of the capacity of one app node when ten times as much is offered. How to run it:
 * {@code docs/benchmarks.md}.
 */
public final class OverloadBenchmark {
  private static final int ROUNDS = 3;

  private OverloadBenchmark() {}

  public static void main(String[] args) throws Exception {
    Path scratch = Files.createTempDirectory("argus-overload");
    for (int round = 1; round <= ROUNDS; round++) {
      try (LocalArgus argus =
          new LocalArgus(scratch.resolve("round-" + round), 1, OverloadBenchmark.settings())) {
        System.out.println(
            new Overload(argus)
                .run(Duration.ofSeconds(15), Duration.ofSeconds(30), Duration.ofSeconds(30)));
      }
    }
  }

  /** All load comes from one address here: its rate must not be what limits it. */
  static Map<String, String> settings() {
    return Map.of(
        "ARGUS_WEB_CLIENT_RATE",
        "100000",
        "ARGUS_WEB_CLIENT_BURST",
        "100000",
        "ARGUS_WEB_MAX_IN_FLIGHT",
        "50");
  }
}
