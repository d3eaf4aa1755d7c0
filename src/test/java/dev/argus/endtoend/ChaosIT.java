package dev.argus.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
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
  private static final int PHOTOS = Integer.getInteger("chaos.photos", 300);
  private static final long LIMIT_MINUTES = 15;

  @TempDir private Path directory;

  @Test
  void nothingIsLostWhateverDies() throws Exception {
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
            Files.createTempDirectory(Path.of("target"), "chaos").toAbsolutePath().toString());
    builder.environment().put("ARGUS_BUILD", "never");
    builder.environment().put("ARGUS_JAR", Path.of("target/argus.jar").toAbsolutePath().toString());
    Process chaos = builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
    try {
      assertThat(chaos.waitFor(LIMIT_MINUTES, TimeUnit.MINUTES)).isTrue();
    } finally {
      chaos.destroy(); // in order: it stops what it started
    }
    String report = Files.readString(out);
    assertThat(chaos.exitValue()).as(report + Files.readString(err)).isZero();
    JsonNode json = new ObjectMapper().readTree(report);
    assertThat(json.get("ok").asBoolean()).isTrue();
    assertThat(json.get("ledger").get("pending").asInt()).isZero();
    assertThat(json.get("faults").path("app node killed").asInt()).isPositive();
    assertThat(json.get("faults").path("web node killed").asInt()).isPositive();
  }
}
