package dev.argus.scaling;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Photos take 250 ms, nodes 45 s to boot, and 19 may exist. */
class ForecastTest {
  private final Forecast forecast = new Forecast();

  private Duration timeToAnswer(Seen seen, int waiting) {
    forecast.observed(Optional.of(seen.now()));
    return forecast.timeToAnswer(waiting);
  }

  @Test
  void unknownIsZero() {
    assertThat(forecast.timeToAnswer(1_000_000)).isZero();
    timeToAnswer(Seen.work(1_000_000), 0);
    forecast.observed(Optional.empty()); // the queue cannot be read
    assertThat(forecast.timeToAnswer(1_000_000)).isZero();
  }

  @Test
  void withoutANodeThePhotoWaitsForOneToStart() {
    assertThat(timeToAnswer(Seen.nothing(), 0))
        .isCloseTo(Duration.ofMillis(45_013), Duration.ofMillis(1)); // 19 cores share 250 ms
  }

  @Test
  void aReadyNodeDoesWhatItCanBeforeAnotherCouldStart() {
    assertThat(timeToAnswer(Seen.work(99).withReady(1), 0)).isEqualTo(Duration.ofSeconds(25));
  }

  @Test
  void beyondThatTheWholeFleetShares() {
    // 10,000 core seconds: one node does 45 of them, then 19 share the rest
    Duration expected = Duration.ofMillis(45_000 + (10_000_000 - 45_000) / 19);
    assertThat(timeToAnswer(Seen.work(39_999).withReady(1), 0))
        .isCloseTo(expected, Duration.ofMillis(1));
  }

  @Test
  void aNodeThatStartsCountsFromWhenItIsReady() {
    assertThat(timeToAnswer(Seen.work(39).withBooting(Duration.ofSeconds(40)), 0))
        .isEqualTo(Duration.ofSeconds(15));
    assertThat(timeToAnswer(Seen.work(39).withBooting(Duration.ofSeconds(60)), 0))
        .isEqualTo(Duration.ofSeconds(10)); // late: it may be ready any moment
  }

  @Test
  void whatCameSinceTheLookIsAdded() {
    Seen seen = Seen.nothing().withReady(1).withCounts(19, 0, 10);
    assertThat(timeToAnswer(seen, 10)).isEqualTo(Duration.ofSeconds(5));
    assertThat(timeToAnswer(seen, 30)).isEqualTo(Duration.ofSeconds(10));
    assertThat(timeToAnswer(seen, 0)).isEqualTo(Duration.ofSeconds(5));
  }

  @Test
  void theMostThatCanWaitDoesNotOverflow() {
    assertThat(
            timeToAnswer(
                Seen.work(Integer.MAX_VALUE)
                    .withTimes(Duration.ofHours(1), Duration.ofSeconds(45), Duration.ofSeconds(60)),
                0))
        .isEqualTo(Duration.ofDays(1));
  }
}
