package dev.argus.simulation.rivals;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class HorizontalPodAutoscalerTest {
  private final HorizontalPodAutoscaler autoscaler =
      new HorizontalPodAutoscaler(100, 19, HorizontalPodAutoscaler.STABILIZATION);

  private int replicas(int second, int replicas, long metric) {
    return autoscaler.replicas(Duration.ofSeconds(second), replicas, metric);
  }

  /** The examples of the Kubernetes documentation: 200m, then 50m, for a desired 100m. */
  @Test
  void doublesAtTwiceTheTargetAndHalvesAtHalfOfIt() {
    assertThat(replicas(0, 2, 2 * 200)).isEqualTo(4);
    assertThat(replicas(600, 4, 4 * 50)).isEqualTo(2);
  }

  @Test
  void roundsUp() {
    assertThat(replicas(0, 1, 201)).isEqualTo(3);
  }

  @Test
  void leavesWhatIsWithinATenthOfTheTarget() {
    assertThat(replicas(0, 10, 1_090)).isEqualTo(10);
    assertThat(replicas(600, 10, 910)).isEqualTo(10);
    assertThat(replicas(1_200, 10, 1_110)).isEqualTo(12);
    assertThat(replicas(1_800, 10, 890)).isEqualTo(9);
  }

  @Test
  void addsFourPodsOrAsManyAsThereAreWithinAPeriod() {
    assertThat(replicas(0, 1, 100_000)).isEqualTo(5);
    assertThat(replicas(5, 5, 100_000)).isEqualTo(5);
    assertThat(replicas(15, 5, 100_000)).isEqualTo(10);
    assertThat(replicas(30, 10, 100_000)).isEqualTo(19);
  }

  @Test
  void scalesDownToTheMostThatItRecommendedWithinTheWindow() {
    assertThat(replicas(0, 10, 1_000)).isEqualTo(10);
    assertThat(replicas(15, 10, 600)).isEqualTo(10);
    assertThat(replicas(30, 10, 0)).isEqualTo(10);
    assertThat(replicas(299, 10, 0)).isEqualTo(10);
    assertThat(replicas(300, 10, 0)).isEqualTo(6);
    assertThat(replicas(315, 6, 0)).isEqualTo(1);
  }

  @Test
  void scalesDownAtOnceWithoutAWindow() {
    HorizontalPodAutoscaler eager = new HorizontalPodAutoscaler(100, 19, Duration.ZERO);

    assertThat(eager.replicas(Duration.ZERO, 10, 1_000)).isEqualTo(10);
    assertThat(eager.replicas(Duration.ofSeconds(15), 10, 200)).isEqualTo(2);
  }

  @Test
  void doesNothingWhileThereAreNoReplicas() {
    assertThat(replicas(0, 0, 1_000)).isZero();
  }
}
