package dev.argus.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code scripts/argus chaos} in its short form, as a process: run by the Maven profile {@code
 * chaos} only.
 */
@Tag("chaos")
class ChaosIT {
  private static final long SEED = Long.getLong("chaos.seed", 4);
  private static final int PHOTOS = Integer.getInteger("chaos.photos", 200);
  private static final long LIMIT_MINUTES = 8;

  private static final long STOP_MINUTES = 1;
  private static final int SHOWN_LOGS = 6;
  private static final int SHOWN_LINES = 40;

  @TempDir private Path directory;

  @Test
  void nothingIsLostWhateverDies() throws Exception {
    Path data = directory.resolve("data");
    Path out = directory.resolve("out");
    Path err = directory.resolve("err");
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of("scripts/argus").toAbsolutePath().toString(),
            "chaos",
            "--json",
            "--seed",
            Long.toString(SEED),
            "--photos",
            Integer.toString(PHOTOS),
            "--data",
            data.toString());
    builder.environment().put("ARGUS_BUILD", "never");
    builder.environment().put("ARGUS_JAR", Path.of("target/argus.jar").toAbsolutePath().toString());
    Process chaos = builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
    boolean ended;
    try {
      ended = chaos.waitFor(LIMIT_MINUTES, TimeUnit.MINUTES);
    } finally {
      chaos.destroy(); // in order: it stops what it started
      chaos.waitFor(STOP_MINUTES, TimeUnit.MINUTES);
    }
    String report = Files.readString(out);
    assertThat(ended && chaos.exitValue() == 0)
        .as(
            () ->
                "%s, exit code %d%n%s%n%s%n%s"
                    .formatted(
                        ended ? "ended" : "did not end within " + LIMIT_MINUTES + " minutes",
                        chaos.exitValue(),
                        report,
                        tail(err),
                        logs(data)))
        .isTrue();
    JsonNode json = new ObjectMapper().readTree(report);
    assertThat(json.get("ok").asBoolean()).isTrue();
    assertThat(json.get("ledger").get("pending").asInt()).isZero();
    assertThat(json.get("faults").path("app node killed").asInt()).isPositive();
    assertThat(json.get("faults").path("web node killed").asInt()).isPositive();
  }

  /** The ends of what the system under test has logged, the newest app nodes only. */
  private static String logs(Path data) {
    try (Stream<Path> files = Files.walk(data, 2)) {
      return files
          .filter(file -> file.toString().endsWith(".log"))
          .sorted(Comparator.comparing((Path file) -> file.toFile().lastModified()).reversed())
          .limit(SHOWN_LOGS)
          .map(file -> "--- " + data.relativize(file) + "\n" + tail(file))
          .collect(Collectors.joining("\n"));
    } catch (IOException e) {
      return "no logs: " + e;
    }
  }

  private static String tail(Path file) {
    try {
      List<String> lines =
          new String(Files.readAllBytes(file), StandardCharsets.UTF_8).lines().toList();
      return String.join(
          "\n", lines.subList(Math.max(0, lines.size() - SHOWN_LINES), lines.size()));
    } catch (IOException e) {
      return "cannot be read: " + e;
    }
  }
}
