package dev.argus.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LeaderRecordTest {
  @Test
  void readsWhatItWrote() throws Exception {
    LeaderRecord record =
        new LeaderRecord(
            7,
            "holder",
            "argus-responses-1",
            "0a1b",
            12,
            true,
            List.of(
                new NotedLaunch(
                    1, "argus-1-6-4", Optional.of(Instant.parse("2026-05-04T03:02:01.5Z"))),
                new NotedLaunch(9, "argus-9-7-1", Optional.empty())));

    assertThat(LeaderRecord.fromJson(record.toJson())).isEqualTo(record);
  }

  @Test
  void readsARecordOfAWebNodeThatDidNotNameItsRelease() throws Exception {
    LeaderRecord record = new LeaderRecord(7, "holder", "responses", "", 12, false, List.of());

    assertThat(
            LeaderRecord.fromJson(
                "{\"generation\": 7, \"holder\": \"holder\", \"responseQueue\": \"responses\","
                    + " \"renewal\": 12, \"released\": false, \"launches\": []}"))
        .isEqualTo(record);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "<html>",
        "{}",
        "{\"generation\": \"7\", \"launches\": []}",
        "{\"generation\": 7}",
        "{\"generation\": 7, \"launches\": [{\"number\": 1}]}",
        "{\"generation\": 7, \"launches\":"
            + " [{\"number\": 1, \"clientToken\": \"t\", \"acceptedAt\": \"soon\"}]}",
        "{\"generation\": 7, \"launches\": [{\"clientToken\": \"t\"}]}"
      })
  void whatIsNoRecordIsNotTakenForOneWithoutLaunches(String text) {
    assertThatThrownBy(() -> LeaderRecord.fromJson(text))
        .isInstanceOf(MalformedMessageException.class)
        .hasMessageContaining("expected the record of a leader");
  }
}
