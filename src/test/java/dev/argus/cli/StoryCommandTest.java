package dev.argus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.argus.protocol.PhotoId;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class StoryCommandTest {
  private static final PhotoId ID = PhotoId.random();

  @TempDir Path data;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int story(String... args) {
    return new CommandLine(new StoryCommand())
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(args);
  }

  private void log(String what) throws Exception {
    Files.writeString(
        data.resolve("web.log"),
        "2026-01-31T08:00:00.000Z INFO  RequestActor         " + ID + " " + what + "\n");
  }

  @Test
  void anUnknownPhotoIsToldOfAndEndsWith1() {
    assertThat(story(ID.toString(), "--data", data.toString())).isEqualTo(1);
    assertThat(err.toString())
        .contains("nothing is known of " + ID, "only its logs are told", "ARGUS_NAMES_PREFIX");
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void theHelpSaysWhatTheExitCodesMean() {
    assertThat(story("--help")).isZero();
    assertThat(out.toString()).containsPattern("(?s)Exit codes:.*0 .*1 .*nothing is known.*2 ");
  }

  @Test
  void theLogsOfAnArgusThatDoesNotRunAnyMoreAreTold() throws Exception {
    log("is sent to the app nodes");
    assertThat(story(ID.toString(), "--data", data.toString())).isZero();
    assertThat(out.toString())
        .contains("2026-01-31T08:00:00.000Z", "web", "is sent to the app nodes", "not known");
  }

  @Test
  void whatWouldDriveATerminalIsNotPrinted() throws Exception {
    log("is dead-lettered \u001b[31m\u202e");
    assertThat(story(ID.toString(), "--data", data.toString())).isZero();
    assertThat(out.toString()).doesNotContain("\u001b", "\u202e");

    out.getBuffer().setLength(0);
    assertThat(story(ID.toString(), "--data", data.toString(), "--json")).isZero();
    assertThat(out.toString()).doesNotContain("\u001b", "\u202e");
    JsonNode json = new ObjectMapper().readTree(out.toString());
    assertThat(json.get("id").asText()).isEqualTo(ID.toString());
    assertThat(json.at("/events/0/where").asText()).isEqualTo("web");
  }

  @Test
  void whatIsNoIdAndNoDirectoryIsAMistakeInTheCommandLine() {
    assertThat(story("cat.jpg", "--data", data.toString())).isEqualTo(2);
    assertThat(err.toString()).contains("not a photo's id: cat.jpg", "36 characters");
    assertThat(story(ID.toString(), "--data", data.resolve("none").toString())).isEqualTo(2);
    assertThat(err.toString()).contains("there is no directory");
  }
}
