package dev.argus.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class PaceTest {
  private static final Duration KILL_EVERY = Duration.ofSeconds(5);

  @Test
  void photosComeDuringTheFirstKillsAndBeyondThem() {
    Pace pace = new Pace(20, KILL_EVERY);
    assertThat(pace.earliest(0)).isZero();
    assertThat(pace.earliest(14)).isLessThan(KILL_EVERY.multipliedBy(Pace.SPREAD));
    assertThat(pace.earliest(19)).isEqualTo(KILL_EVERY.multipliedBy(Pace.SPREAD + 4));
  }

  @Property(tries = 200)
  void noPhotoIsLaterThanItsSuccessor(@ForAll @IntRange(min = 1, max = 2000) int photos) {
    Pace pace = new Pace(photos, KILL_EVERY);
    for (int n = 1; n < photos; n++) {
      assertThat(pace.earliest(n)).isGreaterThanOrEqualTo(pace.earliest(n - 1));
    }
  }
}
