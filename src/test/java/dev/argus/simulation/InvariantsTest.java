package dev.argus.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.argus.ports.Acknowledgement;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Some hundred small runs with faults, in which all rules hold. */
class InvariantsTest {
  private static final int SEEDS = 200;

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

  @Test
  void holdInRunsOfManySeedsWithFaults() throws Exception {
    int cores = Runtime.getRuntime().availableProcessors();

    Sweep.Outcome outcome = Sweep.run(1, SEEDS, cores, done -> {});

    assertThat(outcome.failures()).isEmpty();
    assertThat(outcome.runs()).isEqualTo(SEEDS);
    assertThat(outcome.photos()).isGreaterThan(10L * SEEDS);
  }

  /** A control that does with the fleet what it likes. */
  private static void runWith(Consumer<World> start) {
    SimulationSettings settings = RandomCase.of(1).settings();
    Simulation.run(
        settings, careless(start), seed -> List.of(Duration.ofSeconds(10)).iterator(), 7);
  }

  /** One of whom all is expected, and who does this only. */
  private static Control careless(Consumer<World> start) {
    return new Control() {
      @Override
      public void start(World world) {
        start.accept(world);
      }

      @Override
      public boolean isArgus() {
        return true;
      }
    };
  }

  @Test
  void tellWhenAndInWhichRunThereWasANodeTooMany() {
    int max = RandomCase.of(1).maxNodes();

    assertThatThrownBy(
            () ->
                runWith(
                    world ->
                        world
                            .time()
                            .after(
                                Duration.ofSeconds(90),
                                () -> {
                                  for (int n = 1; n <= 3 * max; n++) {
                                    int number = n;
                                    world
                                        .time()
                                        .after(
                                            Duration.ofSeconds(n),
                                            () -> world.fleet().launch(number, "token-" + number));
                                  }
                                })))
        .isInstanceOf(InvariantViolation.class)
        .hasMessageContaining("%d nodes exist, and %d may".formatted(max + 1, max))
        .hasMessageMatching("(?s).*seed 7, step \\d+, 0:0[1-2]:\\d\\d\\.\\d{3} into the run.*");
  }

  @Test
  void tellOfAPhotoThatNobodyComesFor() {
    assertThatThrownBy(() -> runWith(world -> {}))
        .isInstanceOf(InvariantViolation.class)
        .hasMessageContaining("1 photos wait and no node was launched for more than");
  }

  @Test
  void tellOfARequestThatIsDeletedBeforeItsAnswer() {
    assertThatThrownBy(
            () ->
                runWith(
                    world ->
                        world
                            .requests()
                            .receive(
                                10,
                                Duration.ofSeconds(20),
                                batch ->
                                    batch.forEach(
                                        it -> world.requests().act(Acknowledgement.delete(it))))))
        .isInstanceOf(InvariantViolation.class)
        .hasMessageContaining("photo 0 is lost");
  }

  @Test
  void nameTheCommandThatShowsTheRunAgain() {
    InvariantViolation violation =
        new InvariantViolation("wrong", 3, 17, Duration.ofMillis(61_500));

    assertThat(violation.seenAgainBy(RandomCase.of(3).command()))
        .hasMessageContaining("seed 3, step 17, 0:01:01.500 into the run")
        .hasMessageContaining("see it again: argus simulate --family")
        .hasMessageEndingWith("--replay 3");
  }
}
