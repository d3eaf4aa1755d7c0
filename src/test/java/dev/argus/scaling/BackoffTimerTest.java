package dev.argus.scaling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.config.Backoff;
import dev.argus.simulation.SettableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class BackoffTimerTest {
  private static final Instant T0 = SettableClock.START;
  private static final Duration MIN = Duration.ofSeconds(2);
  private static final Duration MAX = Duration.ofMinutes(2);

  private final BackoffTimer backoff = new BackoffTimer(new Backoff(MIN, MAX), new Random(1));

  @Test
  void holdsNothingBeforeAFailure() {
    assertThat(backoff.holds(T0)).isFalse();
  }

  @Property
  void eachFailureDoublesTheWaitOfWhichHalfIsRandom(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 40) int failures) {
    BackoffTimer tried = new BackoffTimer(new Backoff(MIN, MAX), new Random(seed));
    Instant now = T0;
    for (int i = 1; i < failures; i++) {
      tried.failed(now, now);
      now = now.plus(MAX);
    }
    tried.failed(now, now);

    Duration wait = Duration.between(now, tried.until());
    double full = Math.min(MAX.toMillis(), MIN.toMillis() * Math.pow(2, failures - 1));
    assertThat((double) wait.toMillis()).isBetween(full / 2 - 1, full);
    assertThat(tried.holds(tried.until().minusNanos(1))).isTrue();
    assertThat(tried.holds(tried.until())).isFalse();
  }

  @Test
  void failuresOfAttemptsThatRanSideBySideCountOnce() {
    backoff.failed(T0, T0.plusMillis(100));
    Instant until = backoff.until();

    backoff.failed(T0.plusMillis(50), T0.plusMillis(200));

    assertThat(backoff.until()).isEqualTo(until);
  }

  @Test
  void aSuccessEndsItUnlessItBeganBeforeTheFailure() {
    backoff.failed(T0, T0.plusMillis(100));

    backoff.succeeded(T0.plusMillis(50));
    assertThat(backoff.holds(T0.plusMillis(200))).isTrue();

    backoff.succeeded(T0.plusMillis(150));
    assertThat(backoff.holds(T0.plusMillis(200))).isFalse();
  }
}
