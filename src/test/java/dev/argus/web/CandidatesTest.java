package dev.argus.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.protocol.PhotoId;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class CandidatesTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final PhotoId FIRST = PhotoIds.acceptedAt(START);
  private static final PhotoId SECOND = PhotoIds.acceptedAt(START.plusSeconds(1));
  private static final PhotoId THIRD = PhotoIds.acceptedAt(START.plusSeconds(2));

  private final Candidates candidates = new Candidates(2);

  private static Instant at(int second) {
    return START.plusSeconds(second);
  }

  @Test
  void aPhotoIsOvertakenOnceTheHeadIsPastTheTimeItWasNoticed() {
    candidates.note(List.of(FIRST), at(60));
    assertThat(candidates.overtaken(at(60))).isEmpty();
    assertThat(candidates.overtaken(at(61))).containsExactly(FIRST);
    candidates.note(List.of(FIRST), at(100)); // seen again: what counts is the first time
    assertThat(candidates.overtaken(at(61))).containsExactly(FIRST);
  }

  @Test
  void theOldestIsTheOneThatWasAcceptedFirstAndIsNotSettled() {
    assertThat(candidates.oldest()).isEmpty();
    candidates.note(List.of(SECOND), at(60));
    candidates.note(List.of(FIRST), at(61));
    assertThat(candidates.oldest()).contains(at(0));
    candidates.settled(FIRST);
    assertThat(candidates.oldest()).contains(at(1));
  }

  @Test
  void onceSentItMustBeOvertakenAnew() {
    candidates.note(List.of(FIRST), at(60));
    candidates.sent(FIRST, at(200));
    assertThat(candidates.overtaken(at(200))).isEmpty();
    assertThat(candidates.overtaken(at(201))).containsExactly(FIRST);
  }

  @Test
  void theOldestAreRememberedAndTheFirstWithoutRoomIsTold() {
    assertThat(candidates.note(List.of(FIRST, SECOND, THIRD), at(60))).contains(at(2));
    assertThat(candidates.hasRoom()).isFalse();
    assertThat(candidates.note(List.of(FIRST, SECOND), at(61))).isEmpty();
    candidates.settled(FIRST);
    assertThat(candidates.note(List.of(THIRD), at(62))).isEmpty();
    assertThat(candidates.all()).containsExactly(SECOND, THIRD);
  }
}
