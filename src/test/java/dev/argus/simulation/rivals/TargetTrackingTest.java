package dev.argus.simulation.rivals;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TargetTrackingTest {
  private final TargetTracking policy = new TargetTracking(100, 1, 19);

  /** The capacity after so many datapoints, each of this metric, with ten instances. */
  private int after(int datapoints, double metric, boolean settled) {
    int capacity = 10;
    for (int i = 0; i < datapoints; i++) {
      capacity = policy.capacity(metric, 10, capacity, settled);
    }
    return capacity;
  }

  /** The example of AWS: 1,500 messages, ten instances, a target of 100: five more. */
  @Test
  void scalesOutInProportionAfterThreeDatapoints() {
    assertThat(after(2, 1_500 / 10.0, true)).isEqualTo(10);
    assertThat(after(1, 1_500 / 10.0, true)).isEqualTo(15);
  }

  @Test
  void staysWithinTheSizesOfTheGroup() {
    assertThat(after(3, 1_000, true)).isEqualTo(19);
    assertThat(after(15, 0, true)).isEqualTo(1);
  }

  @Test
  void scalesInAfterFifteenDatapointsBelowNineTenthsOfTheTarget() {
    assertThat(after(14, 50, true)).isEqualTo(10);
    assertThat(after(1, 50, true)).isEqualTo(5);
    assertThat(after(1, 90, true)).isEqualTo(10);
    assertThat(after(14, 50, true)).isEqualTo(10);
  }

  /** The example of AWS: to remove one instance and a half removes one. */
  @Test
  void removesFewerWhenItRounds() {
    assertThat(after(15, 85, true)).isEqualTo(9);
  }

  @Test
  void scalesInNothingWhileInstancesWarmUp() {
    assertThat(after(20, 50, false)).isEqualTo(10);
    assertThat(after(1, 50, true)).isEqualTo(5);
  }

  @Test
  void beginsToCountAnewWhenADatapointIsMissing() {
    assertThat(after(2, 150, true)).isEqualTo(10);
    policy.missing();
    assertThat(after(2, 150, true)).isEqualTo(10);
    assertThat(after(1, 150, true)).isEqualTo(15);
  }
}
