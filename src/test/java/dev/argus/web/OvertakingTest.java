package dev.argus.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.protocol.Answer;
import dev.argus.protocol.ClassifyReply;
import dev.argus.protocol.Prediction;
import dev.argus.protocol.StageTimes;
import dev.argus.web.Overtaking.Evidence;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class OvertakingTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final Duration WINDOW = Duration.ofSeconds(100);
  private static final Duration SLOT = WINDOW.dividedBy(Overtaking.SLOTS);
  private static final Duration SERVICE = Duration.ofMillis(50);

  private final Overtaking overtaking = new Overtaking(WINDOW);

  private static Answer answer(Instant acceptedAt, Duration queued, Duration service) {
    return new Answer(
        new ClassifyReply.Recognised(
            PhotoIds.acceptedAt(acceptedAt), "a.png", List.of(new Prediction("cat", 1)), "m"),
        "i-1",
        new StageTimes(queued, Duration.ZERO, service, service));
  }

  private void answered(Instant acceptedAt, Instant now) {
    overtaking.answered(answer(acceptedAt, Duration.between(acceptedAt, now), SERVICE), now);
  }

  private static Instant at(long seconds) {
    return START.plusSeconds(seconds);
  }

  /** One answer a second, each to the photo accepted {@code lag} seconds before. */
  private void traffic(int fromSecond, int toSecond, int lag) {
    for (int second = fromSecond; second < toSecond; second++) {
      answered(at(second - lag), at(second));
    }
  }

  private Optional<Instant> head(int second) {
    return Evidence.head(List.of(overtaking.evidence(at(second))));
  }

  @Test
  void theHeadIsTheOldestPhotoAnsweredDuringTheWindow() {
    traffic(0, 200, 30);
    assertThat(head(200)).contains(at(100 - 30));
  }

  @Test
  void whileNothingIsAnsweredThereIsNoHead() {
    assertThat(head(0)).isEmpty();
    traffic(0, 200, 1);
    assertThat(head(200)).isPresent();
    assertThat(head(200 + 2 * (int) SLOT.toSeconds())).isEmpty();
  }

  @Test
  void answersThatStartedAMomentAgoAreNoEvidenceYet() {
    traffic(150, 200, 1);
    assertThat(head(200)).isEmpty();
  }

  @Test
  void answersThatWereNotComputedSayNothingOfTheQueue() {
    for (int second = 0; second < 200; second++) {
      overtaking.answered(answer(at(second), Duration.ZERO, Duration.ZERO), at(second));
    }
    assertThat(head(200)).isEmpty();
  }

  @Test
  void aPhotoThatWasSentAgainDoesNotHoldTheHeadBack() {
    traffic(0, 200, 1);
    Duration queued = Duration.ofSeconds(2); // though it was accepted long ago
    overtaking.answered(answer(at(-5000), queued, SERVICE), at(199));
    assertThat(head(200)).contains(at(99));
  }

  @Test
  void aPhotoThatCameASecondTimeHoldsTheHeadBack() {
    traffic(0, 200, 1);
    answered(at(120 - 90), at(120));
    assertThat(head(200)).contains(at(30));
  }

  @Test
  void eachWebNodeSeesItsOwnPhotosOnlySoTheOldestOfAllCounts() {
    Evidence steady = new Evidence(true, Optional.of(at(50)));
    Evidence sparse = new Evidence(false, Optional.of(at(20)));
    Evidence idle = new Evidence(false, Optional.empty());
    assertThat(Evidence.head(List.of(steady, sparse, idle))).contains(at(20));
    assertThat(Evidence.head(List.of(sparse, idle))).isEmpty();
    assertThat(Evidence.head(List.of())).isEmpty();
  }

  private record Event(int second, int lag) {}

  @Provide
  Arbitrary<List<Event>> events() {
    return Combinators.combine(
            Arbitraries.integers().between(0, 300), Arbitraries.integers().between(0, 400))
        .as(Event::new)
        .list()
        .ofMaxSize(200);
  }

  @Property(tries = 300)
  void itTellsWhatAListOfAllAnswersWould(
      @ForAll("events") List<Event> events, @ForAll @IntRange(min = 300, max = 400) int now) {
    Overtaking counted = new Overtaking(WINDOW);
    List<Event> inOrder =
        events.stream().sorted((a, b) -> Integer.compare(a.second(), b.second())).toList();
    for (Event e : inOrder) {
      Instant accepted = at(e.second() - e.lag());
      counted.answered(answer(accepted, Duration.ofSeconds(e.lag()), SERVICE), at(e.second()));
    }
    long slot = SLOT.toSeconds();
    long first = now / slot - Overtaking.SLOTS;
    boolean steady = true;
    for (long s = first; s < now / slot; s++) {
      long wanted = s;
      steady &= inOrder.stream().anyMatch(e -> e.second() / slot == wanted);
    }
    Optional<Instant> oldest =
        inOrder.stream()
            .filter(e -> e.second() / slot >= first && e.second() / slot <= now / slot)
            .map(e -> at(e.second() - e.lag()))
            .min(Instant::compareTo);
    assertThat(counted.evidence(at(now))).isEqualTo(new Evidence(steady, oldest));
  }
}
