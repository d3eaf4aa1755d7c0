package dev.argus.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.argus.scaling.ScalingPolicy;
import dev.argus.traffic.Arrivals;
import dev.argus.traffic.Bursts;
import dev.argus.traffic.Poisson;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class SimulationTest {
  private static final Duration HOUR = Duration.ofHours(1);

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

  private static SimulationSettings settings(Duration length, Faults faults) {
    return SimulationSettings.of(
        Map.of(),
        length,
        Duration.ofSeconds(45),
        Duration.ofMillis(250),
        Duration.ofSeconds(120),
        19,
        0.1026,
        faults);
  }

  private static SimulationResult run(SimulationSettings settings, Arrivals arrivals, long seed) {
    return Simulation.run(
        settings,
        new ArgusControl(ScalingPolicy.named("backlog"), settings.argus()),
        arrivals,
        seed);
  }

  @Test
  void answersAllPhotosAndEndsAllNodes() {
    SimulationResult result = run(settings(HOUR, Faults.none()), new Poisson(1), 1);

    assertThat(result.photos()).isBetween(3_300L, 3_900L);
    assertThat(result.latency().getTotalCount()).isEqualTo(result.photos());
    assertThat(result.unanswered()).isZero();
    assertThat(result.launches()).isPositive();
    assertThat(result.maxNodes()).isBetween(1, 19);
    // The first photo waits for a boot and no other must; nothing is faster than its own service.
    assertThat(result.latencySeconds(100)).isBetween(40.0, 120.0);
    assertThat(result.latencySeconds(50)).isBetween(0.2, 2.0);
    assertThat(result.billedInstanceSeconds()).isBetween(3_000L, 4_000L * 19);
    assertThat(result.cost())
        .isCloseTo(result.billedInstanceSeconds() * 0.1026 / 3600, within(1e-9));
    assertThat(result.length()).isBetween(HOUR, HOUR.plusMinutes(10));
    assertThat(result.bins().stream().mapToLong(Bin::arrivals).sum()).isEqualTo(result.photos());
    assertThat(result.bins().stream().mapToDouble(Bin::billed).sum())
        .isCloseTo(result.billedInstanceSeconds(), within(1e-3));
  }

  @Test
  void theSameSeedGivesTheSameResultAlsoSideBySide() throws Exception {
    SimulationSettings settings = settings(HOUR, Faults.of(Faults.Kind.ALL));
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      var one = CompletableFuture.supplyAsync(() -> run(settings, new Poisson(2), 7), threads);
      var two = CompletableFuture.supplyAsync(() -> run(settings, new Poisson(2), 7), threads);
      SimulationResult alone = run(settings, new Poisson(2), 7);

      assertThat(one.get()).isEqualTo(alone).isEqualTo(two.get());
      assertThat(one.get().toString()).isEqualTo(alone.toString());
      assertThat(run(settings, new Poisson(2), 8)).isNotEqualTo(alone);
    } finally {
      threads.shutdown();
    }
  }

  @Test
  void aFleetThatIsLargeEnoughWorksOffABurst() {
    SimulationResult result =
        run(
            settings(Duration.ofMinutes(20), Faults.none()),
            new Bursts(2_000, Duration.ofMinutes(30)),
            3);

    assertThat(result.photos()).isEqualTo(2_000);
    assertThat(result.unanswered()).isZero();
    // 500 s of work; the policy's target is a minute.
    assertThat(result.maxNodes()).isBetween(10, 19);
    assertThat(result.latencySeconds(100)).isBetween(60.0, 130.0);
  }
}
