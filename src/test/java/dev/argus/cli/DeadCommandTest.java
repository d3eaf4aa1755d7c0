package dev.argus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.argus.ports.ObjectStore.Bucket;
import dev.argus.ports.ObjectStore.StoredObject;
import dev.argus.protocol.DeadLetter;
import dev.argus.protocol.DeadLetterHistory;
import dev.argus.protocol.ObjectKeys;
import dev.argus.protocol.PhotoId;
import dev.argus.simulation.InMemoryObjectStore;
import dev.argus.simulation.InMemoryQueue;
import dev.argus.simulation.SettableClock;
import dev.argus.web.DeadLetterAdmin;
import dev.argus.web.DeadLetterAdmin.RedriveReport;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.util.ByteString;
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

  private static final DeadLetterHistory HISTORY =
      new DeadLetterHistory(5, 3, Instant.EPOCH, "i-1", "died \u009b2J");

  @Test
  void aLineOfAListCannotDriveTheTerminal() {
    String name = "ä 猫 \u001b[2J\u009b2J\u202ecod\u2066\u2028\u2029\u0085\u007f.png";
    PhotoId id = PhotoId.random();
    assertThat(
            DeadCommand.line(
                new DeadLetter.GivenUp(id, name, "image/png", "q", true, Instant.EPOCH, HISTORY)))
        .contains("ä 猫 ?[2J?2J?cod?????.png")
        .contains("died ?2J")
        .doesNotContainPattern("[\\p{Cc}\\p{Cf}\\u2028\\u2029]");
  }

  @Test
  void jsonOnATerminalIsPrintableAsciiAndMeansTheSame() throws Exception {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("name", "ä 猫 \ud83d\ude00 \u001b[2J\u009b2J\u202ecod\u2028\u007f");
    String printed = Printable.json(json);
    assertThat(printed).matches("[\\x20-\\x7e\r\n]*").contains("\n");
    assertThat(new ObjectMapper().readTree(printed)).isEqualTo(json);
  }

  @Test
  void allAreWorkedThroughPageByPageWhateverFails() throws Exception {
    ActorTestKit kit = ActorTestKit.create();
    try {
      SettableClock clock = new SettableClock();
      InMemoryObjectStore store = new InMemoryObjectStore();
      for (int i = 0; i < 2 * DeadLetterAdmin.PAGE_SIZE + 7; i++) {
        store.put(
            Bucket.STATE,
            ObjectKeys.deadLetter("m-%04d".formatted(i)),
            new StoredObject(ByteString.fromString("odd"), "text/plain", Map.of()));
      }
      List<Integer> progress = new ArrayList<>();
      RedriveReport all =
          DeadCommand.redriveAll(
              new DeadLetterAdmin(
                  kit.system(), store, new InMemoryQueue(clock), Duration.ofMinutes(5), clock),
              soFar -> progress.add(soFar.failed()));
      assertThat(progress).containsExactly(100, 200);
      assertThat(all.failed()).isEqualTo(207);
      assertThat(all.failures()).hasSize(DeadLetterAdmin.MAX_FAILURES_TOLD);
      assertThat(all.next()).isEmpty();
    } finally {
      kit.shutdownTestKit();
    }
  }

  @Test
  void itsHelpNamesTheExitCodes() {
    assertThat(Main.run("dead", "--help")).isZero();
    assertThat(Main.run("dead", "redrive", "--help")).isZero();
  }
}
