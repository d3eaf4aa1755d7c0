package dev.argus.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.argus.scaling.ScalingPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class TimelineTest {
  private static final SimulationSettings SETTINGS =
      SimulationSettings.of(
          Map.of(),
          Duration.ofMinutes(5),
          Duration.ofSeconds(45),
          Duration.ofMillis(250),
          Duration.ofSeconds(120),
          19,
          0.1026,
          Faults.none());

  private final List<String> lines = new ArrayList<>();

  private void run(Control control, List<Duration> arrivals) {
    Timeline timeline = new Timeline(lines::add);
    try {
      Simulation.run(SETTINGS, control, seed -> arrivals.iterator(), 1, NodeKind.MODEL, timeline);
    } finally {
      timeline.end();
    }
  }

  private List<String> linesOf(List<Duration> arrivals) {
    run(new ArgusControl(ScalingPolicy.named("backlog"), SETTINGS.argus()), arrivals);
    return lines;
  }

  private static List<Duration> burst() {
    return Stream.generate(() -> Duration.ofSeconds(3)).limit(500).toList();
  }

  /** One that launches nothing. */
  private static Control idle(boolean argus) {
    return new Control() {
      @Override
      public void start(World world) {}

      @Override
      public boolean isArgus() {
        return argus;
      }
    };
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
    assertThat(linesOf(burst()))
        .hasSizeLessThan(100)
        .anyMatch(line -> line.matches(".*  \\d{3} photos came, 0 answered, \\d{3} wait"));
  }

  @Test
  void endsWithTheStepThatBrokeARule() {
    Throwable violation = catchThrowable(() -> run(idle(true), burst()));

    assertThat(lines).hasSizeLessThan(10);
    String last = lines.get(lines.size() - 1);
    assertThat(last).matches(".* #\\d+  500 photos have no answer yet");
    assertThat(violation)
        .isInstanceOf(InvariantViolation.class)
        .hasMessageContaining("step " + last.replaceAll(".* #(\\d+) .*", "$1") + ", ");
  }

  @Test
  void countsWhatHasNoAnswerWhenARunIsCutOff() {
    run(idle(false), burst());

    assertThat(lines).hasSizeLessThan(10);
    assertThat(lines.get(lines.size() - 1)).endsWith("  500 photos have no answer yet");
  }
}
