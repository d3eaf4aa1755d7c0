package dev.argus.scaling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.ports.Fleet;
import dev.argus.ports.LaunchFailedException;
import dev.argus.ports.NoCapacityException;
import dev.argus.ports.QueueCounts;
import dev.argus.protocol.NodeEvent;
import dev.argus.protocol.NodeReport;
import dev.argus.protocol.NotedLaunch;
import dev.argus.scaling.Decision.Verdict;
import dev.argus.scaling.FleetView.Hopeless;
import dev.argus.simulation.InMemoryFleet;
import dev.argus.simulation.InMemoryFleet.LaunchCall;
import dev.argus.simulation.SettableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

/** The controller against a fleet that misbehaves, in virtual time and without actors. */
class ControllerTest {
  private static final Duration STEP = Duration.ofSeconds(30);
  private static final Fleet.Pool A = new Fleet.Pool("a", "the first");
  private static final Fleet.Pool B = new Fleet.Pool("b", "the second");

  private final SettableClock clock = new SettableClock();
  private final InMemoryFleet fleet = new InMemoryFleet(clock);
  private final Controller controller = controller(new Random(1));

  @Test
  void neverHasMoreThanTheMaximumThoughEc2ShowsNodesLate() {
    fleet.showAfter(Duration.ofSeconds(30));
    for (int i = 0; i < 30; i++) {
      look(10_000);
      clock.advance(Duration.ofSeconds(2));
    }

    assertThat(fleet.existing()).hasSize(5);
    assertThat(fleet.existing()).extracting(Fleet.Node::number).containsExactly(1, 2, 3, 4, 5);
  }

  @Test
  void neverHasMoreThanTheMaximumThoughTheAnswersOfLaunchesAreLost() {
    fleet.showAfter(Duration.ofSeconds(30));
    fleet.loseAnswers(true);
    for (int i = 0; i < 600; i++) {
      look(10_000);
      clock.advance(Duration.ofSeconds(2));
    }

    assertThat(fleet.existing()).hasSize(5);
    assertThat(fleet.existing()).extracting(Fleet.Node::number).containsExactly(1, 2, 3, 4, 5);
  }

  @Test
  void replacesANodeThatIsGone() {
    look(1);
    fleet.remove(fleet.existing().get(0).id());
    clock.advance(Duration.ofSeconds(60));

    assertThat(look(1).launch()).isEqualTo(1);
  }

  @Test
  void aRefusedLaunchHoldsFurtherOnesBackAndSaysWhy() {
    fleet.failLaunches("InsufficientInstanceCapacity");
    assertThat(look(10_000).launch()).isEqualTo(5);
    assertThat(fleet.launchCalls()).hasSize(1);

    clock.advance(Duration.ofMillis(500));
    Decision held = look(10_000);

    assertThat(held.verdict()).isEqualTo(Verdict.HELD_BACK);
    assertThat(held.reason())
        .startsWith("nothing is launched until 2026-01-01T00:00:0")
        .contains("because the launch of node 1 failed (InsufficientInstanceCapacity: ")
        .contains("; wanted: launch 5 nodes (167 more nodes needed, ");
  }

  @Test
  void webNodesThatAreThrottledTogetherDoNotComeBackTogether() {
    Set<String> reasons = new HashSet<>();
    Random random = new Random(1);
    for (int i = 0; i < 20; i++) {
      Controller throttled = controller(random);
      Instant now = clock.instant();
      sight(throttled, 1, List.of());
      throttled.noted(throttled.launches(fleet::pool, now), now);
      throttled.launchFailed(
          throttled.nextLaunch(now).orElseThrow(),
          now,
          new LaunchFailedException("RequestLimitExceeded", "slow down", null),
          now);
      reasons.add(sight(throttled, 1, List.of()).decision().reason());
    }

    assertThat(reasons)
        .hasSizeGreaterThan(10)
        .allMatch(reason -> reason.startsWith("nothing is launched until 2026-01-01T00:00:01."));
  }

  @Test
  void launchesAgainAfterTheBackOffWithTheSameToken() {
    fleet.failLaunches("RequestLimitExceeded");
    look(1);
    fleet.failLaunches("");
    clock.advance(Duration.ofSeconds(2));

    look(1);

    assertThat(fleet.launchCalls()).hasSize(2);
    assertThat(fleet.launchCalls().get(1)).isEqualTo(fleet.launchCalls().get(0));
  }

  @Test
  void aLaunchWhosePoolIsEmptyGoesToTheNextAndHoldsNothingBack() {
    fleet.launchIn(A, B);
    fleet.empty(A);
    assertThat(look(10_000).launch()).isEqualTo(5);

    assertThat(fleet.existing()).hasSize(5);
    assertThat(fleet.pools().values()).containsOnly(B);
    assertThat(fleet.launchCalls()).hasSize(6).extracting(LaunchCall::number).startsWith(1, 1, 2);
    assertThat(look(10_000).verdict()).isEqualTo(Verdict.AT_MAXIMUM);
  }

  @Test
  void whenNoPoolHasAnythingLaunchingBacksOffAndSaysSo() {
    fleet.launchIn(A, B);
    fleet.empty(A, B);
    look(10_000);
    assertThat(fleet.launchCalls()).extracting(LaunchCall::number).containsExactly(1, 1);

    clock.advance(Duration.ofMillis(500));
    Decision held = look(10_000);

    assertThat(held.verdict()).isEqualTo(Verdict.HELD_BACK);
    assertThat(held.reason()).contains("the launch of node 1 failed (InsufficientInstanceCapacity");
    fleet.empty();
    clock.advance(Duration.ofSeconds(2));
    look(10_000);
    assertThat(fleet.existing()).hasSize(5);
  }

  @Test
  void aLaunchOfUnknownOutcomeIsCalledAgainWhereItWasThoughThatPoolIsEmptyByNow() {
    fleet.launchIn(A, B);
    fleet.showAfter(Duration.ofSeconds(30));
    fleet.loseAnswers(true);
    look(1);
    fleet.loseAnswers(false);
    fleet.empty(A);
    clock.advance(Duration.ofSeconds(2));

    look(1);

    assertThat(fleet.existing()).hasSize(1);
    assertThat(fleet.launchCalls()).hasSize(2);
    assertThat(fleet.launchCalls().get(1)).isEqualTo(fleet.launchCalls().get(0));
  }

  @Test
  void aLaunchOfUnknownOutcomeWhosePoolIsEmptyGoesElsewhereWithTheSameToken() {
    fleet.launchIn(A, B);
    fleet.failLaunches("RequestTimeout");
    look(1);
    fleet.failLaunches("");
    fleet.empty(A);
    clock.advance(Duration.ofSeconds(2));
    look(1);
    assertThat(fleet.existing()).as("nothing says that the first call was not taken").isEmpty();
    clock.advance(Duration.ofSeconds(10));

    look(1);

    assertThat(fleet.pools().values()).containsExactly(B);
    assertThat(fleet.launchCalls())
        .hasSize(3)
        .extracting(LaunchCall::clientToken)
        .containsOnly(fleet.launchCalls().get(0).clientToken());
  }

  @Test
  void nodesThatNeverGetReadyAreReplacedOnlyAfterABackOff() {
    look(10_000);
    lookFor(Duration.ofMinutes(5).minusMillis(1), 10_000);
    clock.advance(Duration.ofMillis(1));
    Controller.Step step = step(10_000);
    assertThat(step.hopeless()).hasSize(5);

    step.hopeless()
        .forEach(
            hopeless -> {
              controller.ended(hopeless.id(), clock.instant());
              fleet.terminate(hopeless.id());
            });
    look(10_000); // EC2 shows that they end
    step.hopeless().forEach(hopeless -> fleet.remove(hopeless.id()));
    clock.advance(Duration.ofMillis(500));
    assertThat(look(10_000).reason()).contains("has not got ready, or said nothing, for 300 s");

    clock.advance(Duration.ofSeconds(2));
    assertThat(look(10_000).launch()).isEqualTo(5);
  }

  @Test
  void aHopelessNodeThatCannotBeEndedIsBlamedOnce() {
    look(1);
    lookFor(Duration.ofMinutes(5), 1);
    for (int i = 0; i < 20; i++) {
      assertThat(step(1).hopeless()).hasSize(1);
      clock.advance(Duration.ofSeconds(2));
    }

    // Blamed twenty times, it would hold launching back for two minutes by now.
    assertThat(fleet.launchCalls().size()).isGreaterThan(1);
  }

  @Test
  void aNodeThatHasServedAndFallsSilentIsEndedAndReplacedAtOnce() {
    look(1);
    Fleet.Node node = fleet.existing().get(0);
    controller.hear(Messages.answer(node.id(), Duration.ofMillis(250)), clock.instant());
    lookFor(Duration.ofMinutes(5).minusMillis(1), 1);
    clock.advance(Duration.ofMillis(1));

    Controller.Step step = step(10_000);

    assertThat(step.hopeless()).containsExactly(new Hopeless(node.id(), true));
    assertThat(step.decision().launch()).isEqualTo(4);
  }

  @Test
  void aNodeThatAnswersEndsTheRowOfFailures() {
    fleet.failLaunches("RequestLimitExceeded");
    for (int i = 0; i < 10; i++) {
      look(1);
      clock.advance(Duration.ofMinutes(2));
    }
    fleet.failLaunches("");
    look(1);
    clock.advance(Duration.ofSeconds(10));
    controller.hear(
        Messages.answer(fleet.existing().get(0).id(), Duration.ofMillis(250)), clock.instant());

    fleet.failLaunches("RequestLimitExceeded");
    look(10_000);
    clock.advance(Duration.ofSeconds(2));
    assertThat(look(10_000).launch()).isPositive();
  }

  @Test
  void nodesThatFailAtOnceAreNotReplacedInAHotLoop() {
    int launches = 0;
    for (int second = 0; second < 600; second++) {
      launches += look(10_000).launch();
      for (Fleet.Node node : fleet.existing()) {
        if (node.launchedAt().plusSeconds(3).equals(clock.instant())) {
          report(node, NodeReport.State.READY, "");
          report(node, NodeReport.State.FAILED, "no native library");
          fleet.remove(node.id());
        }
      }
      clock.advance(Duration.ofSeconds(1));
    }

    // 2, 4, 8, ... 120 s of pause between batches of five: some ten batches in ten minutes.
    assertThat(launches).isLessThanOrEqualTo(5 * 15);
    assertThat(fleet.launchCalls().size()).isGreaterThan(5);
  }

  @Test
  void theReasonOfANodeThatFailedHoldsLaunchesBackAndStaysInTheNextDecision() {
    look(1);
    clock.advance(Duration.ofSeconds(3));
    look(1); // EC2 shows the node
    report(
        fleet.existing().get(0), NodeReport.State.FAILED, "its model did not load: no such file");
    fleet.remove(fleet.existing().get(0).id());

    Decision held = look(1);
    assertThat(held.verdict()).isEqualTo(Verdict.HELD_BACK);
    assertThat(held.reason()).contains("because node i-1 failed: its model did not load: no such");

    clock.advance(Duration.ofSeconds(2));
    Decision again = look(1);
    assertThat(again.launch()).isEqualTo(1);
    assertThat(again.reason())
        .endsWith("; tried again after node i-1 failed: its model did not load: no such file");
  }

  @Test
  void aCrashLoopIsNotAHotLoop() {
    int launches = 0;
    for (int second = 0; second < 600; second++) {
      launches += look(10_000).launch();
      // Each dies in its boot, without a word, after EC2 has shown it.
      fleet.existing().stream()
          .filter(node -> node.launchedAt().plusSeconds(2).isBefore(clock.instant()))
          .forEach(node -> fleet.remove(node.id()));
      clock.advance(Duration.ofSeconds(1));
    }

    assertThat(launches).isLessThanOrEqualTo(5 * 15);
    assertThat(look(10_000).reason()).contains("was gone before it was ready");
  }

  @Test
  void aNodeThatEc2LeavesOutOnceIsNeitherReplacedNorBlamed() {
    look(1);
    clock.advance(Duration.ofSeconds(3));
    look(1); // EC2 shows the node
    fleet.showAfter(Duration.ofDays(1));
    clock.advance(Duration.ofSeconds(2));
    assertThat(step(1).gone()).isEmpty();
    fleet.showAfter(Duration.ZERO);
    clock.advance(Duration.ofSeconds(2));
    assertThat(step(1).gone()).isEmpty();
    assertThat(fleet.launchCalls()).hasSize(1);
  }

  @Test
  void anAnswerOfANewNodeEndsTheRow() {
    look(1);
    clock.advance(Duration.ofSeconds(3));
    look(1); // EC2 shows the node
    report(fleet.existing().get(0), NodeReport.State.FAILED, "no disk");
    fleet.remove(fleet.existing().get(0).id());
    clock.advance(Duration.ofSeconds(2));
    look(1);
    assertThat(fleet.existing()).hasSize(1);
    controller.hear(
        Messages.answer(fleet.existing().get(0).id(), Duration.ofMillis(250)), clock.instant());

    assertThat(look(10_000).reason()).doesNotContain("tried again");
  }

  @Test
  void soDoesANewNodeThatSaysItServedOtherWebNodes() {
    look(1);
    clock.advance(Duration.ofSeconds(3));
    look(1); // EC2 shows the node
    report(fleet.existing().get(0), NodeReport.State.FAILED, "no disk");
    fleet.remove(fleet.existing().get(0).id());
    clock.advance(Duration.ofSeconds(2));
    look(1);
    controller.hear(
        new NodeReport(
            fleet.existing().get(0).id(),
            NodeReport.State.WORKING,
            "",
            clock.instant(),
            Duration.ofSeconds(60),
            1,
            Map.of(NodeEvent.SERVED, 7L)),
        clock.instant());

    assertThat(look(10_000).reason()).doesNotContain("tried again");
  }

  @Test
  void aLaunchOfAnEarlierRunWhoseNodeHasEndedIsFollowedByANewOne() {
    Fleet.Node before = fleet.launch(1, "of-the-run-before").toCompletableFuture().join();
    fleet.remove(before.id());
    restore("of-the-run-before");

    look(1);
    assertThat(fleet.existing()).isEmpty();
    look(1);

    assertThat(fleet.existing()).hasSize(1);
  }

  @Test
  void aLaunchOfAnEarlierRunWithOtherSettingsCountsUntilItIsShown() {
    restore("of-the-run-before");
    fleet.failLaunches("IdempotentParameterMismatch");
    look(1);
    fleet.failLaunches("");
    clock.advance(Duration.ofSeconds(2));

    assertThat(look(10_000).observation().orElseThrow().unseen()).hasSize(1);
    assertThat(fleet.existing()).as("the maximum is 5, and one is hidden").hasSize(4);
    assertThat(fleet.existing()).extracting(Fleet.Node::number).doesNotContain(1);
  }

  @Test
  void aTokenWhoseNodeHasEndedIsNotUsedAgainAndNothingHasToWaitForThat() {
    restore("of-the-run-before");
    fleet.failLaunches("IdempotentInstanceTerminated");
    look(1);
    fleet.failLaunches("");

    look(1);

    assertThat(fleet.existing()).hasSize(1);
    assertThat(fleet.launchCalls())
        .extracting(InMemoryFleet.LaunchCall::clientToken)
        .hasSize(2)
        .startsWith("of-the-run-before")
        .doesNotHaveDuplicates();
  }

  private void restore(String token) {
    controller.restore(List.of(new NotedLaunch(1, token, Optional.empty())), clock.instant());
  }

  private void report(Fleet.Node node, NodeReport.State state, String reason) {
    Duration sinceLaunch = Duration.between(node.launchedAt(), clock.instant());
    controller.hear(
        new NodeReport(node.id(), state, reason, clock.instant(), sinceLaunch, 1), clock.instant());
  }

  @Test
  void measuredTimesReplaceTheAssumedOnes() {
    for (int i = 0; i < 200; i++) {
      controller.hear(Messages.answer("i-x", Duration.ofMillis(5)), clock.instant());
    }

    assertThat(look(1000).launch()).isEqualTo(1);
  }

  /** Looks every 30 s. */
  private void lookFor(Duration time, int visible) {
    Duration left = time;
    while (!left.isZero()) {
      Duration next = left.compareTo(STEP) < 0 ? left : STEP;
      clock.advance(next);
      look(visible);
      left = left.minus(next);
    }
  }

  private Decision look(int visible) {
    return step(visible).decision();
  }

  /** One look, and all launches that it planned. */
  private Controller.Step step(int visible) {
    Controller.Step step = sight(controller, visible, fleet.shown());
    for (var next = nextLaunch(); next.isPresent(); next = nextLaunch()) {
      call(next.get());
    }
    return step;
  }

  private Controller.Step sight(Controller of, int visible, List<Fleet.Node> shown) {
    QueueCounts work = new QueueCounts(visible, 0);
    return of.step(clock.instant(), new Lookout.Sight(clock.instant(), work, shown), 0);
  }

  private Controller controller(Random random) {
    return new Controller(
        Settings.withMax(5),
        new BacklogPolicy(),
        new LaunchBook("argus", 1, Duration.ofSeconds(60)),
        new Estimates(Settings.scaling()),
        random,
        clock.instant());
  }

  private Optional<LaunchBook.Launch> nextLaunch() {
    controller.noted(controller.launches(fleet::pool, clock.instant()), clock.instant());
    return controller.nextLaunch(clock.instant());
  }

  private void call(LaunchBook.Launch launch) {
    var startedAt = clock.instant();
    try {
      Fleet.Node node =
          fleet.launch(launch.number(), launch.clientToken()).toCompletableFuture().join();
      controller.launchAccepted(launch, node, clock.instant());
    } catch (CompletionException e) {
      assertThat(e.getCause())
          .isInstanceOfAny(LaunchFailedException.class, IllegalStateException.class);
      if (e.getCause() instanceof NoCapacityException refusal
          && refusal.anotherPool()
          && controller.launchMoves(launch, clock.instant())) {
        return;
      }
      controller.launchFailed(launch, startedAt, e.getCause(), clock.instant());
    }
  }
}
