package dev.argus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

class LogFileTest {
  private static final Logger LOG = LoggerFactory.getLogger(LogFileTest.class);

  @TempDir Path directory;

  @Test
  void whatIsLoggedWhileItIsOpenIsInTheFileInTheFormOfTheConsole() throws Exception {
    Path file = directory.resolve("web.log");
    LOG.info("before");
    try (LogFile log = LogFile.open(file)) {
      LOG.info("a name: {}", "cat\r\n2026-01-01T00:00:00.000Z ERROR forged\u001b[31m");
    }
    LOG.info("after");
    try (LogFile again = LogFile.open(file)) {
      LOG.info("more");
    }
    assertThat(Files.readAllLines(file))
        .satisfiesExactly(
            line ->
                assertThat(line)
                    .matches(
                        "\\d{4}-\\d\\d-\\d\\dT\\S+Z INFO  LogFileTest +a name: cat 2026.*forged.*")
                    .doesNotContain("\u001b"),
            line -> assertThat(line).endsWith("more"));
  }
}
