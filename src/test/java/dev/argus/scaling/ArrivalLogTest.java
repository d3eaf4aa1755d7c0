package dev.argus.scaling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.argus.scaling.Demand.Group;
import dev.argus.simulation.SettableClock;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** The deadline is 64 s, so a bin is a second. */
class ArrivalLogTest {
  private static final Instant T0 = SettableClock.START;

  private final ArrivalLog log = new ArrivalLog(Duration.ofSeconds(256), T0);

  private void accepted(int second, int photos) {
    for (int i = 0; i < photos; i++) {
      log.accepted(T0.plusSeconds(second).plusMillis(500));
    }
  }

  private Demand demand(int second, int waiting, int counted) {
    return log.demand(T0.plusSeconds(second), waiting, counted);
  }

  private static Group group(int age, int photos) {
    return new Group(Duration.ofSeconds(age), photos);
  }

  @Test
  void thoseThatWaitAreTheLatestThatCame() {
    accepted(1, 5);
    accepted(3, 2);
    accepted(4, 4);

    assertThat(demand(10, 7, 0).waiting()).containsExactly(group(9, 1), group(7, 2), group(6, 4));
    assertThat(demand(10, 7, 0).silence()).isEqualTo(Duration.ofMillis(5500));
    assertThat(demand(10, 0, 0).waiting()).isEmpty();
  }

  @Test
  void whoCameBeforeTheLogIsAsOldAsTheDeadline() {
    accepted(1, 1);

    assertThat(demand(10, 3, 0).waiting()).containsExactly(group(256, 2), group(9, 1));
  }

  @Test
  void countsBeyondTheOwnAreBelievedWhenTheyStay() {
    assertThat(demand(0, 0, 5).photos()).isEqualTo(5); // it has just begun, and knows no better
    assertThat(demand(2, 0, 0).photos()).isZero();
    assertThat(demand(4, 0, 9).photos()).isZero();
    assertThat(demand(30, 0, 7).photos()).isZero();
    assertThat(demand(64, 0, 8).waiting()).containsExactly(group(62, 7));
    assertThat(demand(66, 8, 8).photos()).isEqualTo(8);
  }

  @Test
  void countsThatMayBeWrongAreNotBelievedAtOnceWhileItsOwnPhotosWait() {
    demand(0, 0, 0);
    demand(70, 0, 0);
    accepted(71, 10);
    assertThat(demand(72, 10, 12).photos()).isEqualTo(10);
    assertThat(demand(74, 0, 10).photos()).isZero(); // they are answered, and counted still
  }

  @Test
  void aClockThatIsSetBackIsNoSilenceAndNoBurst() {
    accepted(100, 5);
    double rate = demand(100, 0, 0).arrivalRate();
    demand(100, 0, 4);

    assertThat(demand(20, 0, 4).arrivalRate()).isCloseTo(rate, within(0.01));
    assertThat(demand(20, 0, 4).silence()).isZero();
  }

  @Test
  void countsAfterAQuietMinuteAreBelievedAtOnce() {
    demand(0, 0, 0);
    demand(60, 0, 0);
    assertThat(demand(90, 0, 4).waiting()).containsExactly(group(30, 4));
    assertThat(demand(92, 0, 6).waiting()).containsExactly(group(32, 4)); // noise, perhaps
    assertThat(demand(94, 0, 3).waiting()).containsExactly(group(34, 3));
    assertThat(demand(96, 0, 0).photos()).isZero();
    assertThat(demand(98, 0, 1).photos()).isZero(); // they were just there: it may be left over
  }

  @Test
  void theRateIsThatOfAboutADeadline() {
    for (int second = 0; second < 2400; second++) {
      accepted(second, 3);
    }

    assertThat(demand(2400, 0, 0).arrivalRate()).isCloseTo(3, within(0.05));
    assertThat(demand(2656, 0, 0).arrivalRate()).isCloseTo(3 / Math.E, within(0.05));
  }
}
