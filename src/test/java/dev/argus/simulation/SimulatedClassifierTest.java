package dev.argus.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SimulatedClassifierTest {
  private static final int CORES = 16;

  @Test
  void tellsWhatACloseCutsOffInTheOrderInWhichItBegan() {
    VirtualTime time = new VirtualTime();
    SimulationSettings settings =
        SimulationSettings.of(
            Map.of("ARGUS_SCALING_NODE_PARALLELISM", Integer.toString(CORES)),
            Duration.ofMinutes(5),
            Duration.ofSeconds(45),
            Duration.ofMinutes(5),
            Duration.ofSeconds(120),
            1,
            0.1026,
            Faults.none());
    World world =
        new World(
            time,
            null,
            settings.argus(),
            new Randomness(1),
            null,
            null,
            null,
            null,
            null,
            () -> 0,
            new Observer() {});
    List<Long> worked = new ArrayList<>();
    SimulatedClassifier classifier =
        new SimulatedClassifier(
            world,
            settings.service(),
            new ModelNode.Listener() {
              @Override
              public void working(int more) {}

              @Override
              public void worked(long nanos) {
                worked.add(nanos);
              }
            });
    for (int n = 0; n < CORES; n++) {
      long number = n;
      time.after(
          Duration.ofSeconds(n), () -> classifier.classify(Photos.bytes(Photos.id(0, number))));
    }
    time.run(Duration.ofSeconds(CORES).toNanos(), () -> false);

    classifier.close();

    assertThat(worked).hasSize(CORES).isSortedAccordingTo((a, b) -> Long.compare(b, a));
  }
}
