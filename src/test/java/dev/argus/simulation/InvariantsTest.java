package dev.argus.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.argus.ports.Acknowledgement;
import dev.argus.protocol.ClassifyReply;
import dev.argus.protocol.PhotoId;
import dev.argus.protocol.ResponseMessage;
import dev.argus.scaling.ScalingPolicy;
import dev.argus.worker.Leave;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
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

  /** A policy that launches a node for the first photo, and throws when it looks next. */
  private static ScalingPolicy throwsOnce() {
    ScalingPolicy backlog = ScalingPolicy.named("backlog");
    AtomicInteger looks = new AtomicInteger();
    return seen -> {
      if (looks.incrementAndGet() == 3) {
        throw new IllegalStateException("the policy is confused");
      }
      return backlog.decide(seen);
    };
  }

  private static void runArgus(ScalingPolicy policy, long seed, NodeKind kind, Observer observer) {
    SimulationSettings settings = RandomCase.of(1).settings();
    Simulation.run(
        settings,
        new ArgusControl(policy, settings.argus()),
        any -> List.of(Duration.ofSeconds(10)).iterator(),
        seed,
        kind,
        observer);
  }

  @Test
  void tellOfAnActorThatThrewAndWentOn() {
    Throwable violation =
        catchThrowable(() -> runArgus(throwsOnce(), 7, NodeKind.MODEL, new Observer() {}));

    assertThat(violation)
        .isInstanceOf(InvariantViolation.class)
        .hasMessageStartingWith(
            "dev.argus.scaling.ScalerActor failed:"
                + " java.lang.IllegalStateException: the policy is confused")
        .hasMessageMatching("(?s).*seed 7, step \\d+, 0:00:\\d\\d\\.\\d{3} into the run")
        .hasRootCauseMessage("the policy is confused");
    assertThatThrownBy(() -> runArgus(throwsOnce(), 7, NodeKind.MODEL, new Observer() {}))
        .hasMessage(violation.getMessage());
  }

  @Test
  void blameOnlyTheRunThatFailedOfThoseSideBySide() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<CompletableFuture<Throwable>> runs =
          IntStream.range(0, 12)
              .mapToObj(
                  n ->
                      CompletableFuture.supplyAsync(
                          () ->
                              catchThrowable(
                                  () ->
                                      runArgus(
                                          n % 2 == 0
                                              ? throwsOnce()
                                              : ScalingPolicy.named("backlog"),
                                          n,
                                          NodeKind.MODEL,
                                          new Observer() {})),
                          threads))
              .toList();
      for (int n = 0; n < runs.size(); n += 2) {
        assertThat(runs.get(n).get()).hasMessageContaining("seed %d, ".formatted(n));
        assertThat(runs.get(n + 1).get()).isNull();
      }
    } finally {
      threads.shutdown();
    }
  }

  @Test
  void tellOfATaskThatThrew() {
    assertThatThrownBy(
            () ->
                runWith(
                    world ->
                        world
                            .time()
                            .after(
                                Duration.ofSeconds(5),
                                () -> {
                                  throw new IllegalArgumentException("not now");
                                })))
        .isInstanceOf(InvariantViolation.class)
        .hasMessageContaining("the simulation failed: java.lang.IllegalArgumentException: not now")
        .hasMessageContaining("0:00:05.000 into the run")
        .hasRootCauseMessage("not now");
  }

  @Test
  void tellOfAControlThatThrewWhatTheWebTierTakesForAMessageWithoutSense() {
    assertThatThrownBy(
            () ->
                Simulation.run(
                    RandomCase.of(1).settings(),
                    new Control() {
                      private final ArgusControl argus =
                          new ArgusControl(
                              ScalingPolicy.named("backlog"), RandomCase.of(1).settings().argus());

                      @Override
                      public void start(World world) {
                        argus.start(world);
                      }

                      @Override
                      public void accepted() {
                        argus.accepted();
                      }

                      @Override
                      public void heard(ResponseMessage message) {
                        throw new IllegalStateException("not understood");
                      }
                    },
                    any -> List.of(Duration.ofSeconds(10)).iterator(),
                    7))
        .isInstanceOf(InvariantViolation.class)
        .hasRootCauseMessage("not understood");
  }

  @ParameterizedTest
  @EnumSource(NodeKind.class)
  void tellOfAnObserverThatThrewWhoeverCalledIt(NodeKind kind) {
    List<Observer> failing =
        List.of(
            new Observer() {
              @Override
              public void answered(PhotoId id, Duration latency, ClassifyReply reply) {
                throw new AssertionError("wrong");
              }
            },
            new Observer() {
              @Override
              public void leaves(Instance instance, Leave why) {
                throw new IllegalStateException("wrong");
              }
            },
            new Observer() {
              @Override
              public void ended(Instance instance) {
                throw new IllegalStateException("wrong");
              }
            });
    for (Observer observer : failing) {
      assertThatThrownBy(() -> runArgus(ScalingPolicy.named("backlog"), 7, kind, observer))
          .isInstanceOf(InvariantViolation.class)
          .hasRootCauseMessage("wrong");
    }
  }

  @Test
  void nameTheCommandThatShowsTheRunAgain() {
    InvariantViolation violation =
        new InvariantViolation("wrong", 3, 17, Duration.ofMillis(61_500), Optional.empty());

    assertThat(violation.seenAgainBy(RandomCase.of(3).command()))
        .hasMessageContaining("seed 3, step 17, 0:01:01.500 into the run")
        .hasMessageContaining("see it again: argus simulate --family")
        .hasMessageEndingWith("--replay 3");
  }
}
