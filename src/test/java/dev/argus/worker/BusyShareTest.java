package dev.argus.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.argus.simulation.SettableClock;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class BusyShareTest {
  private static final Instant T0 = SettableClock.START;
  private static final Duration WINDOW = Duration.ofSeconds(60);

  private final BusyShare share = new BusyShare(WINDOW, 2, T0);

  @Test
  void isUnknownUntilTheNodeIsOlderThanTheWindow() {
    share.add(T0.plusSeconds(1), Duration.ofSeconds(1));

    assertThat(share.at(T0.plusSeconds(59))).isEmpty();
    assertThat(share.at(T0.plusSeconds(60))).isPresent();
  }

  @Test
  void isTheServiceTimeInTheWindowPerCore() {
    for (int second = 0; second < 120; second++) {
      share.add(T0.plusSeconds(second).plusMillis(500), Duration.ofMillis(500));
    }

    assertThat(share.at(T0.plusSeconds(120)).orElseThrow()).isCloseTo(0.25, within(0.005));
  }

  @Test
  void forgetsWhatHasLeftTheWindow() {
    share.add(T0.plusSeconds(30), Duration.ofSeconds(12));

    assertThat(share.at(T0.plusSeconds(80)).orElseThrow()).isCloseTo(0.1, within(0.005));
    assertThat(share.at(T0.plusSeconds(91)).orElseThrow()).isZero();
  }

  @Test
  void isZeroAfterALongPause() {
    share.add(T0.plusSeconds(30), Duration.ofSeconds(12));

    assertThat(share.at(T0.plus(Duration.ofDays(400))).orElseThrow()).isZero();
  }

  @Test
  void neverExceedsOneThoughAPhotoTookLongerThanTheWindow() {
    share.add(T0.plusSeconds(600), Duration.ofSeconds(590));

    assertThat(share.at(T0.plusSeconds(601)).orElseThrow()).isEqualTo(1);
  }

  @Test
  void photosThatAreReportedOutOfOrderCountWhileTheyAreInTheWindow() {
    share.add(T0.plusSeconds(100), Duration.ofSeconds(6));
    share.add(T0.plusSeconds(95), Duration.ofSeconds(6));
    share.add(T0.plusSeconds(30), Duration.ofSeconds(6));

    assertThat(share.at(T0.plusSeconds(100)).orElseThrow()).isCloseTo(0.1, within(0.005));
  }
}
