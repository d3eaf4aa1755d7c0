package dev.argus.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.argus.protocol.PhotoId;
import dev.argus.protocol.ResponseMessage;
import dev.argus.protocol.WarmNodes;
import dev.argus.scaling.ScalingPolicy;
import dev.argus.traffic.Bursts;
import dev.argus.worker.Leave;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Tens of nodes with the production worker on each. */
class StreamNodesTest {
  private static final int PHOTOS = 300;

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

  /** Kills a node in the middle of a photo now and then. */
  private static final class Killing implements Control {
    private final ArgusControl argus;
    private int killed;

    Killing(ArgusControl argus) {
      this.argus = argus;
    }

    @Override
    public void start(World world) {
      argus.start(world);
      killLater(world);
    }

    private void killLater(World world) {
      world
          .time()
          .after(
              Duration.ofSeconds(7),
              () -> {
                List.copyOf(world.fleet().instances()).stream()
                    .filter(it -> !it.isOver() && it.machine().held() > 0)
                    .findFirst()
                    .ifPresent(
                        it -> {
                          killed++;
                          world.fleet().terminate(it.id());
                        });
                killLater(world);
              });
    }

    @Override
    public void accepted() {
      argus.accepted();
    }

    @Override
    public void heard(ResponseMessage message) {
      argus.heard(message);
    }

    @Override
    public boolean isArgus() {
      return true;
    }

    @Override
    public Optional<WarmNodes> warm() {
      return argus.warm();
    }
  }

  /** Counts what must have happened for the test to mean something. */
  private static final class Counts implements Observer {
    private int twice;
    private int interrupted;
    private int left;

    @Override
    public void handedOutTwice(PhotoId id) {
      twice++;
    }

    @Override
    public void interrupted(Instance instance) {
      interrupted++;
    }

    @Override
    public void leaves(Instance instance, Leave why) {
      left += why.reason() == Leave.Reason.INTERRUPTED ? 1 : 0;
    }
  }

  private static SimulationSettings settings(Faults faults) {
    return SimulationSettings.of(
        Map.of(),
        Duration.ofMinutes(5),
        Duration.ofSeconds(30),
        Duration.ofSeconds(5),
        Duration.ofSeconds(80),
        30,
        0.1026,
        faults);
  }

  @Test
  void losesNothingWhenNodesAreKilledAndMessagesComeTwice() {
    Faults all = Faults.of(Faults.Kind.ALL);
    SimulationSettings settings =
        settings(
            new Faults(
                all.countsLate(),
                all.countsWrong(),
                0.05,
                all.capacityErrors(),
                all.smallAccounts(),
                all.neverUp(),
                all.throttled(),
                all.shownLate(),
                true,
                20));
    Killing control =
        new Killing(new ArgusControl(ScalingPolicy.named("backlog"), settings.argus()));
    Counts counts = new Counts();

    SimulationResult result =
        Simulation.run(
            settings,
            control,
            new Bursts(PHOTOS, Duration.ofHours(1)),
            11,
            NodeKind.STREAM,
            counts);

    assertThat(result.photos()).isEqualTo(PHOTOS);
    assertThat(result.unanswered()).isZero();
    assertThat(result.maxNodes()).isGreaterThanOrEqualTo(20);
    assertThat(control.killed).isGreaterThanOrEqualTo(3);
    assertThat(counts.twice).isPositive();
    assertThat(counts.left).isPositive();
    assertThat(counts.interrupted).isGreaterThanOrEqualTo(counts.left);
  }

  @Test
  void agreesWithModelNodes() {
    SimulationSettings settings = settings(Faults.none());
    SimulationResult model = run(settings, NodeKind.MODEL);
    SimulationResult stream = run(settings, NodeKind.STREAM);

    assertThat((double) stream.billedInstanceSeconds() / model.billedInstanceSeconds())
        .isBetween(0.85, 1.15);
    assertThat(stream.latencySeconds(100) / model.latencySeconds(100)).isBetween(0.85, 1.15);
  }

  private static SimulationResult run(SimulationSettings settings, NodeKind kind) {
    return Simulation.run(
        settings,
        new ArgusControl(ScalingPolicy.named("deadline"), settings.argus()),
        new Bursts(PHOTOS, Duration.ofHours(1)),
        11,
        kind,
        new Observer() {});
  }
}
