package dev.argus.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class PhotoIdTest {
  @Test
  void anIdKnowsWhenItWasAccepted() {
    Instant before = Instant.now().minusMillis(1);
    PhotoId id = PhotoId.random();
    assertThat(id.acceptedAt()).isBetween(before, Instant.now().plusMillis(1));
  }

  @Test
  void idsSortByTimeAndTheFloorOfATimeSortsBeforeAllLaterIds() {
    PhotoId first = PhotoId.random();
    PhotoId second = PhotoId.random();
    assertThat(first).isLessThan(second);
    assertThat(PhotoId.floor(first.acceptedAt())).isLessThan(first.toString());
    assertThat(PhotoId.floor(first.acceptedAt().plus(Duration.ofMillis(1))))
        .isGreaterThan(first.toString());
  }

  @Test
  void onlyTheCanonicalTextOfAVersionSevenUuidIsAnId() {
    PhotoId id = PhotoId.random();
    assertThat(PhotoId.parse(id.toString())).contains(id);
    assertThat(PhotoId.parse(id.toString().toUpperCase())).isEmpty();
    assertThat(PhotoId.parse(UUID.randomUUID().toString())).isEmpty();
    assertThat(PhotoId.parse("1-1-1-1-1")).isEmpty();
    assertThat(PhotoId.parse("../../etc/passwd")).isEmpty();
    assertThat(PhotoId.parse("")).isEmpty();
  }
}
