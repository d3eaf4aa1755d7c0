package dev.argus.simulation.rivals;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.argus.simulation.Faults;
import dev.argus.simulation.Simulation;
import dev.argus.simulation.SimulationResult;
import dev.argus.simulation.SimulationSettings;
import dev.argus.traffic.Arrivals;
import dev.argus.traffic.Bursts;
import dev.argus.traffic.Poisson;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;

class ControlsTest {
  /** KEDA leaves so many photos unanswered, as its activation threshold tells it to. */
  private static final int MOST_LEFT = 40;

  private static final Logger LOG = (Logger) LoggerFactory.getLogger("dev.argus");
  private static Level level;

  @BeforeAll
  static void silence() {
    level = LOG.getLevel();
    LOG.setLevel(Level.OFF);
  }

  @AfterAll
  static void unsilence() {
    LOG.setLevel(level);
  }

  private static SimulationSettings settings(Faults faults) {
    return SimulationSettings.of(
        Map.of("ARGUS_WORKER_RECEIVE_WAIT", "2s"),
        Duration.ofMinutes(10),
        Duration.ofSeconds(45),
        Duration.ofMillis(250),
        Duration.ofSeconds(120),
        5,
        0.1026,
        faults);
  }

  private static SimulationResult run(String name, Faults faults, Arrivals arrivals) {
    SimulationSettings settings = settings(faults);
    return Simulation.run(
        settings, Controls.named(name, settings.argus(), Optional.empty()), arrivals, 1);
  }

  static Stream<String> names() {
    return Controls.names().stream();
  }

  @ParameterizedTest
  @MethodSource("names")
  void servesPhotosAndEndsItsNodesWhateverGoesWrong(String name) {
    SimulationResult result = run(name, Faults.of(Faults.Kind.ALL), new Poisson(1));

    assertThat(result.photos()).isGreaterThan(500);
    assertThat(result.unanswered()).isLessThanOrEqualTo(name.startsWith("keda") ? MOST_LEFT : 0);
    assertThat(result.maxNodes()).isBetween(1, 5);
    // Nodes end, and so the run does before it is cut off; but with photos left it waits for them.
    assertThat(result.length())
        .isLessThan(name.equals("keda-tuned") ? Duration.ofHours(3) : Duration.ofHours(1));
  }

  @Test
  void oneNodeComesForEachMessageAndDiesWhenItFindsNone() {
    SimulationResult result =
        run("one-per-message", Faults.none(), new Bursts(4, Duration.ofHours(1)));

    assertThat(result.photos()).isEqualTo(4);
    assertThat(result.launches()).isEqualTo(4);
    assertThat(result.maxNodes()).isEqualTo(4);
    assertThat(result.billedInstanceSeconds()).isBetween(4 * 60L, 4 * 70L);
    assertThat(result.length()).isLessThan(Duration.ofMinutes(2));
  }

  @Test
  void kedaKeepsItsNodesForTheCooldownPeriod() {
    SimulationResult result = run("keda", Faults.none(), new Bursts(4, Duration.ofHours(1)));

    assertThat(result.launches()).isEqualTo(1);
    assertThat(result.length()).isBetween(Duration.ofMinutes(5), Duration.ofMinutes(8));
  }

  @Test
  void targetTrackingLetsAGroupGrowWithItsBacklogAndKeepsOneInstance() {
    SimulationResult result =
        run("target-tracking", Faults.none(), new Bursts(2_400, Duration.ofHours(1)));

    // 480 photos for each instance, and some 1,840 left after three datapoints.
    assertThat(result.maxNodes()).isEqualTo(4);
    assertThat(result.length()).isGreaterThan(Duration.ofMinutes(15));
  }

  @Test
  void saysWhichThereAre() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> Controls.named("nonsense", settings(Faults.none()).argus(), Optional.empty()))
        .withMessageContainingAll("nonsense", "deadline", "keda-tuned", "one-per-message");
  }
}
