package dev.argus.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class DeadLetterCodecTest {
  private static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");

  private static DeadLetterHistory history(String reason) {
    return new DeadLetterHistory(5, 3, NOW, "i-1", reason);
  }

  @Property
  void theHistoryTravelsWithTheMessage(
      @ForAll @IntRange(min = 0) int receives,
      @ForAll @IntRange(min = 0) int attempts,
      @ForAll String node,
      @ForAll String reason) {
    DeadLetterHistory history = new DeadLetterHistory(receives, attempts, NOW, node, reason);
    WireMessage sent =
        DeadLetterCodec.withHistory(new WireMessage("body", Map.of("version", "1")), history);
    assertThat(sent.body()).isEqualTo("body");
    assertThat(sent.attributes()).containsEntry("version", "1");
    assertThat(DeadLetterCodec.historyOf(sent)).contains(history);
  }

  @Test
  void aMessageWithoutRoomForItsHistoryGoesAsItIs() {
    Map<String, String> full = new HashMap<>();
    for (int i = 0; i < WireMessage.MAX_ATTRIBUTES; i++) {
      full.put("a" + i, "x");
    }
    WireMessage foreign = new WireMessage("body", full);
    assertThat(DeadLetterCodec.withHistory(foreign, history("why"))).isEqualTo(foreign);
  }

  @Test
  void ofSeveralGivingUpTheLastHistoryCounts() {
    WireMessage once =
        DeadLetterCodec.withHistory(new WireMessage("body", Map.of()), history("first"));
    assertThat(DeadLetterCodec.historyOf(DeadLetterCodec.withHistory(once, history("second"))))
        .contains(history("second"));
  }

  @Test
  void aHistoryThatCannotBeReadIsNone() {
    for (String bad : new String[] {"", "{", "[]", "null", "{\"sentAt\":\"yesterday\"}"}) {
      assertThat(
              DeadLetterCodec.historyOf(
                  new WireMessage("body", Map.of(DeadLetterCodec.ATTRIBUTE, bad))))
          .as(bad)
          .isEmpty();
    }
  }

  @Property
  void whatIsKeptReadsBackAsItWas(
      @ForAll String name, @ForAll boolean inline, @ForAll Map<String, String> attributes)
      throws Exception {
    DeadLetter photo =
        new DeadLetter.GivenUp(
            PhotoId.random(), name, "image/png", "responses", inline, NOW, history(name));
    DeadLetter unreadable =
        new DeadLetter.Unreadable("m-1", name, attributes, "no version", NOW, history(name));
    for (DeadLetter letter : new DeadLetter[] {photo, unreadable}) {
      assertThat(DeadLetterCodec.fromJson(DeadLetterCodec.toJson(letter).toString()))
          .isEqualTo(letter);
    }
  }

  @Test
  void whatIsNoDeadLetterIsRefused() {
    for (String bad : new String[] {"", "{", "[]", "base64==", "{\"id\":\"x\"}"}) {
      assertThatThrownBy(() -> DeadLetterCodec.fromJson(bad))
          .as(bad)
          .isInstanceOf(MalformedMessageException.class);
    }
  }

  @Test
  void theHistoryIsToldInWords() {
    assertThat(history("it killed its nodes").inWords())
        .isEqualTo("Given up after 5 receives, 3 of them alone");
    assertThat(new DeadLetterHistory(1, 0, NOW, "", "").inWords())
        .isEqualTo("Given up after 1 receive");
  }
}
