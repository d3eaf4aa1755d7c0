package dev.argus.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.scaling.ScalingPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class TimelineTest {
  private static List<String> linesOf(List<Duration> arrivals) {
    SimulationSettings settings =
        SimulationSettings.of(
            Map.of(),
            Duration.ofMinutes(5),
            Duration.ofSeconds(45),
            Duration.ofMillis(250),
            Duration.ofSeconds(120),
            19,
            0.1026,
            Faults.none());
    List<String> lines = new ArrayList<>();
    Timeline timeline = new Timeline(lines::add);
    Simulation.run(
        settings,
        new ArgusControl(ScalingPolicy.named("backlog"), settings.argus()),
        seed -> arrivals.iterator(),
        1,
        NodeKind.MODEL,
        timeline);
    timeline.end();
    return lines;
  }

  @Test
  void tellsTheLifeOfAPhotoAndItsNode() {
    List<String> lines = linesOf(List.of(Duration.ofSeconds(3)));

    assertThat(lines).anyMatch(line -> line.matches(" +0:00:03\\.000 +#\\d+  photo 0 came"));
    assertThat(String.join("\n", lines))
        .containsSubsequence(
            "photo 0 came",
            "decision: launch 1 node",
            "i-00000000000000001 launched, 1 nodes",
            "i-00000000000000001 has booted after ",
            "photo 0 answered after ",
            "i-00000000000000001 leaves: ",
            "i-00000000000000001 ends");
  }

  @Test
  void countsPhotosThatAreMany() {
    List<Duration> burst = Stream.generate(() -> Duration.ofSeconds(3)).limit(500).toList();

    assertThat(linesOf(burst))
        .hasSizeLessThan(100)
        .anyMatch(line -> line.matches(".*  \\d{3} photos came, 0 answered, \\d{3} wait"));
  }
}
