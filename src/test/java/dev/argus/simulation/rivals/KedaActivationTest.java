package dev.argus.simulation.rivals;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class KedaActivationTest {
  private final KedaActivation activation = new KedaActivation(5, Duration.ofSeconds(300));

  private int replicas(int second, int replicas, long messages) {
    return activation.replicas(Duration.ofSeconds(second), replicas, messages);
  }

  @Test
  void startsOneReplicaWithMoreMessagesThanTheThreshold() {
    assertThat(replicas(0, 0, 5)).isZero();
    assertThat(replicas(30, 0, 6)).isEqualTo(1);
    assertThat(replicas(60, 4, 1_000)).isEqualTo(4);
  }

  @Test
  void endsAllWhenItWasNotActiveForLongerThanTheCooldown() {
    assertThat(replicas(30, 0, 6)).isEqualTo(1);
    assertThat(replicas(60, 3, 5)).isEqualTo(3);
    assertThat(replicas(330, 3, 0)).isEqualTo(3);
    assertThat(replicas(360, 3, 0)).isZero();
  }
}
