package dev.argus.callback;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.callback.CallbackStore.Kept;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ScheduleTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  private final Schedule schedule = new Schedule();

  private static Kept kept(String id, Instant due) {
    Callback callback =
        new Callback(Subject.photo(id), URI.create("https://example.com/"), NOW, 0, due);
    return new Kept(callback, "etag");
  }

  private static Kept kept(String id) {
    return kept(id, NOW);
  }

  private List<String> begun(Instant now) {
    List<String> begun = new ArrayList<>();
    for (Optional<Kept> next = schedule.begin(now); next.isPresent(); next = schedule.begin(now)) {
      begun.add(next.get().callback().subject().id());
    }
    return begun;
  }

  @Test
  void thoseWhoseTimeHasComeAreBegunOnceAndTheEarliestFirst() {
    schedule.add(kept("c"), NOW.plusSeconds(3));
    schedule.add(kept("a"), NOW.plusSeconds(2));
    schedule.add(kept("b"), NOW.plusSeconds(2));
    schedule.add(kept("d"), NOW.plusSeconds(1));
    assertThat(begun(NOW)).isEmpty();
    assertThat(begun(NOW.plusSeconds(2))).containsExactly("d", "a", "b");
    assertThat(begun(NOW.plusSeconds(3))).containsExactly("c");
    assertThat(begun(NOW.plusSeconds(9))).isEmpty();
    assertThat(schedule.size()).isEqualTo(4);
  }

  @Test
  void theSameASecondTimeIsOne() {
    schedule.add(kept("a"), NOW);
    schedule.add(kept("a"), NOW);
    assertThat(begun(NOW)).containsExactly("a");
    schedule.add(kept("a"), NOW);
    assertThat(begun(NOW)).isEmpty();
    schedule.remove(Subject.photo("a"));
    assertThat(schedule.size()).isZero();
  }

  @Test
  void oneThatIsFinishedIsBegunAtOnce() {
    schedule.add(kept("a"), NOW.plusSeconds(60));
    schedule.finished(Subject.photo("a"), NOW);
    assertThat(begun(NOW)).containsExactly("a");
  }

  @Test
  void oneThatFinishesDuringALookThatCameTooEarlyIsLookedAtOnceMore() {
    schedule.add(kept("a"), NOW);
    begun(NOW);
    schedule.finished(Subject.photo("a"), NOW);
    schedule.tooEarly(Subject.photo("a"), NOW, NOW.plusSeconds(60));
    assertThat(begun(NOW)).containsExactly("a");
    schedule.tooEarly(Subject.photo("a"), NOW, NOW.plusSeconds(60));
    assertThat(begun(NOW)).isEmpty();
    assertThat(begun(NOW.plusSeconds(60))).containsExactly("a");
  }

  @Test
  void oneThatMissedIsBegunAgainWhenItIsDueAndAsItIsKeptNow() {
    schedule.add(kept("a"), NOW);
    begun(NOW);
    schedule.again(new Kept(kept("a", NOW.plusSeconds(5)).callback(), "next"));
    assertThat(begun(NOW.plusSeconds(4))).isEmpty();
    assertThat(schedule.begin(NOW.plusSeconds(5)).map(Kept::etag)).contains("next");
  }
}
