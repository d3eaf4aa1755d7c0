package dev.argus.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.argus.protocol.PhotoId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogFilesTest {
  private static final PhotoId ID = PhotoId.random();

  @TempDir Path data;

  private static String line(String at, String what) {
    return at + " INFO  Steps                " + ID + " " + what + "\n";
  }

  @Test
  void itReadsTheLogsOfTheWebNodeAndOfAllAppNodesAndNothingElse() throws IOException {
    Files.writeString(data.resolve("web.log"), line("2026-01-31T08:00:01.000Z", "is answered"));
    Files.writeString(data.resolve("web.log.1"), line("2026-01-31T08:00:00.000Z", "is sent"));
    Path instances = Files.createDirectories(data.resolve("instances"));
    Files.write(
        instances.resolve("i-1.log"),
        (new String(new byte[] {(byte) 0xff, '\n'}, StandardCharsets.ISO_8859_1)
                + line("2026-01-31T08:00:00.500Z", "is done"))
            .getBytes(StandardCharsets.ISO_8859_1));
    Files.writeString(instances.resolve("i-1.user-data"), line("2026-01-31T08:00:00.1Z", "secret"));

    assertThat(new LogFiles(data).of(ID))
        .extracting(StoryEvent::where, StoryEvent::what)
        .containsExactlyInAnyOrder(
            tuple("web", "is sent"), tuple("web", "is answered"), tuple("i-1", "is done"));
  }

  @Test
  void aDirectoryWithoutLogsSaysNothing() throws IOException {
    assertThat(new LogFiles(data).of(ID)).isEmpty();
  }
}
