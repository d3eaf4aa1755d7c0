package dev.argus.story;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.argus.protocol.PhotoId;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LogLineTest {
  private static final String TEXT = "019a5c1e-8f00-7000-8000-000000000001";
  private static final PhotoId ID = PhotoId.parse(TEXT).orElseThrow();
  private static final String OTHER = "019a5c1e-8f00-7000-8000-000000000002";
  private static final String LINE =
      "2026-01-31T08:00:00.123Z INFO  Steps                " + TEXT + " is done: recognised";
  private static final String JSON =
      "{\"timestamp\":1769846400123,\"level\":\"INFO\",\"formattedMessage\":\""
          + TEXT
          + " is done: recognised\",\"photo\":\""
          + TEXT
          + "\"}";
  private static final Instant AT = Instant.parse("2026-01-31T08:00:00.123Z");

  private static Optional<StoryEvent> read(String line) {
    return LogLine.read(line, ID, "i-1", Optional.empty());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        LINE,
        "Jan 31 08:00:00 ip-10-0-0-1 argus-worker[811]: " + LINE,
        "{\"PRIORITY\":\"6\",\"MESSAGE\":\"" + LINE + "\"}",
        "{\"message\":\"" + LINE + "\"}",
        JSON,
        "Jan 31 08:00:00 ip-10-0-0-1 argus-worker[811]: " + JSON
      })
  void aLineIsReadBareAndAsTheJournalShipsIt(String line) {
    assertThat(read(line)).contains(new StoryEvent(Optional.of(AT), "i-1", "is done: recognised"));
  }

  @Test
  void aLineOfJsonIsReadWithinTheJsonOfTheJournal() throws Exception {
    String line = new ObjectMapper().writeValueAsString(Map.of("MESSAGE", JSON));
    assertThat(read(line)).contains(new StoryEvent(Optional.of(AT), "i-1", "is done: recognised"));
  }

  @Test
  void aFileWhoseNameIsALineOfJsonDoesNotGetIntoTheStoryOfAnotherPhoto() {
    assertThat(read(LINE.replace(TEXT + " is done", OTHER + " (" + JSON + ") is done"))).isEmpty();
    String inJson = JSON.replace(TEXT + " is done", OTHER + " (" + TEXT + ") is done");
    assertThat(read(inJson)).isEmpty();
  }

  @Test
  void aLineThatNamesThePhotoLaterInItsSentenceIsToldWhole() {
    assertThat(
            read(LINE.replace(ID + " is done: recognised", "the reply to " + ID + " comes again")))
        .get()
        .extracting(StoryEvent::what)
        .isEqualTo("the reply to " + ID + " comes again");
  }

  @Test
  void aFileThatIsNamedAfterAnotherPhotoDoesNotGetIntoItsStory() {
    String line =
        LINE.replace(
            ID + " is done: recognised",
            OTHER + " (" + ID + " is done: failed.png) is dead-lettered");
    assertThat(read(line)).isEmpty();
    assertThat(LogLine.read(line, PhotoId.parse(OTHER).orElseThrow(), "i-1", Optional.empty()))
        .isPresent();
  }

  @Test
  void aLineWithoutATimeHasThatOfTheLog() {
    assertThat(LogLine.read("kernel: " + ID, ID, "i-1", Optional.of(AT)))
        .contains(new StoryEvent(Optional.of(AT), "i-1", "kernel: " + ID));
    assertThat(read("kernel: " + ID)).get().extracting(StoryEvent::at).isEqualTo(Optional.empty());
    assertThat(read("{not json " + ID)).isPresent();
  }

  @Test
  void aLineAboutNoPhotoIsNotTold() {
    assertThat(read("2026-01-31T08:00:00.123Z INFO  Main                 ready")).isEmpty();
  }
}
