package dev.argus.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.simulation.SettableClock;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class RestTest {
  private static final Duration LONGEST = Duration.ofMinutes(5);

  private final SettableClock clock = new SettableClock();
  private boolean idle = true;
  private final Rest rest = new Rest(LONGEST, () -> idle, clock);

  private void look(boolean something) {
    rest.looks();
    rest.found(something);
  }

  @Test
  void afterALookThatFoundNothingItRestsForALimitedTime() {
    assertThat(rest.isOn()).isFalse();
    look(false);
    assertThat(rest.isOn()).isTrue();
    clock.advance(LONGEST.minusMillis(1));
    assertThat(rest.isOn()).isTrue();
    clock.advance(Duration.ofMillis(1));
    assertThat(rest.isOn()).isFalse();
  }

  @Test
  void workEndsItAtOnceAndTheNextRestNeedsALookOfItsOwn() {
    look(false);
    idle = false;
    assertThat(rest.isOn()).isFalse();
    look(false);
    idle = true;
    assertThat(rest.isOn()).as("the last look was begun while there was work").isFalse();
    look(false);
    assertThat(rest.isOn()).isTrue();
  }

  @Test
  void aLookThatFoundSomethingOrFailedIsNoReasonToRest() {
    look(true);
    assertThat(rest.isOn()).isFalse();
    look(false);
    rest.looks(); // and fails
    assertThat(rest.isOn()).isFalse();
  }
}
