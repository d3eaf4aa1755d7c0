package dev.argus.scaling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.argus.ports.Fleet;
import dev.argus.protocol.NodeReport;
import dev.argus.protocol.NotedLaunch;
import dev.argus.scaling.Decision.Verdict;
import dev.argus.scaling.ScalerActor.Command;
import dev.argus.scaling.ScalerActor.ResponseSeen;
import dev.argus.scaling.ScalerActor.Surroundings;
import dev.argus.scaling.ScalerActor.WorkAccepted;
import dev.argus.simulation.CountedQueue;
import dev.argus.simulation.InMemoryFleet;
import dev.argus.simulation.SettableClock;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.apache.pekko.Done;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Looks every 2 s, or every 60 s when idle; 5 launches a second; back-off from 2 s. */
class ScalerActorTest {
  private static final Fleet.Pool A = new Fleet.Pool("a", "t3.small in subnet-a");
  private static final Fleet.Pool B = new Fleet.Pool("b", "t3.small in subnet-b");

  private final ActorTestKit testKit = ActorTestKit.create(ManualTime.config());
  private final ManualTime time = ManualTime.get(testKit.system());
  private final Random random = new Random(1); // one for all: runs differ in their tokens
  private final SettableClock clock = new SettableClock();
  private final CountedQueue queue = new CountedQueue();
  private final InMemoryFleet fleet = new InMemoryFleet(clock);
  private final List<List<NotedLaunch>> notes = new CopyOnWriteArrayList<>();
  private final AtomicBoolean holds = new AtomicBoolean(true);
  private final AtomicInteger waiting = new AtomicInteger();
  private final Forecast forecast = new Forecast();
  private final DecisionLog decisions = new DecisionLog(100);
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final ScalingMetrics metrics = new ScalingMetrics(meters);
  private volatile Function<List<NotedLaunch>, CompletionStage<Done>> noting =
      launches -> CompletableFuture.completedFuture(Done.getInstance());
  private int generation = 7;

  @AfterEach
  void stop() {
    testKit.shutdownTestKit();
  }

  @Test
  void looksAtOnceAndThenOncePerIdleIntervalWhileThereIsNothing() {
    spawn();
    looked(1);

    pass(Duration.ofMillis(59_999));
    assertThat(queue.reads()).isEqualTo(1);
    assertThat(fleet.reads()).isEqualTo(1);

    pass(Duration.ofMillis(1));
    looked(2);
    assertThat(decisions.entries()).hasSize(1);
  }

  @Test
  void watchesANodeThatIsLaunchedThoughNothingWaits() {
    spawn(19, new BacklogPolicy().withAtLeast(1));
    looked(1);
    await().until(() -> fleet.existing().size() == 1);

    pass(Duration.ofSeconds(2));
    looked(2);
  }

  @Test
  void whenItsTermIsOverItLaunchesNothingAndEndsNoNode() {
    fleet.add(1, Fleet.State.RUNNING);
    clock.advance(Duration.ofMinutes(6));
    holds.set(false);
    queue.holds(1000, 0);
    ActorRef<Command> scaler = spawn();
    looked(1);
    lookFor(Duration.ofMinutes(10));
    scaler.tell(new WorkAccepted());

    assertThat(latest().observation().orElseThrow().overdue()).isEqualTo(1);
    assertThat(fleet.launchCalls()).isEmpty();
    assertThat(fleet.terminateCalls()).isEmpty();
  }

  @Test
  void aTermThatEndsWhileItsLaunchesAreNotedLaunchesNothing() {
    queue.holds(1, 0);
    CompletableFuture<Done> writing = new CompletableFuture<>();
    noting = launches -> writing;
    spawn();
    looked(1);
    holds.set(false);
    writing.complete(Done.getInstance());
    pass(Duration.ofSeconds(2));
    looked(2);

    assertThat(fleet.launchCalls()).isEmpty();
  }

  @Test
  void whatOneLookDecidesIsNotedAtOnceAndAgainOnlyWhenItChanges() {
    queue.holds(180, 0);
    spawn();
    await().untilAsserted(() -> assertThat(fleet.launchCalls()).hasSize(1));
    assertThat(notes).hasSize(1);
    assertThat(notes.get(0)).extracting(NotedLaunch::number).containsExactly(1, 2, 3);
    assertThat(notes.get(0)).allMatch(launch -> launch.acceptedAt().isEmpty());

    pass(Duration.ofMillis(200));
    await().untilAsserted(() -> assertThat(launches("accepted")).isEqualTo(2));
    pass(Duration.ofMillis(200));
    await().untilAsserted(() -> assertThat(launches("accepted")).isEqualTo(3));
    pass(Duration.ofSeconds(2));
    await().untilAsserted(() -> assertThat(notes).hasSize(2));
    assertThat(notes.get(1)).as("EC2 shows all of them").isEmpty();
    pass(Duration.ofSeconds(2));
    looked(3);
    assertThat(notes).hasSize(2);
  }

  @Test
  void whatTheNextLeaderShallNotCallAgainIsNotedAsAccepted() {
    fleet.showAfter(Duration.ofSeconds(30));
    queue.holds(1, 0);
    spawn();
    await().untilAsserted(() -> assertThat(launches("accepted")).isEqualTo(1));
    pass(Duration.ofSeconds(2));

    await().untilAsserted(() -> assertThat(notes).hasSize(2));
    assertThat(notes.get(1))
        .containsExactly(new NotedLaunch(1, "argus-1-7-1.p1", Optional.of(SettableClock.START)));
  }

  @Test
  void aNodeThatFailedIsCountedAndItsReasonIsInTheDecisions() {
    queue.holds(1, 0);
    ActorRef<Command> scaler = spawn();
    looked(1);
    await().until(() -> fleet.existing().size() == 1);
    String node = fleet.existing().get(0).id();
    pass(Duration.ofSeconds(2));
    looked(2);

    scaler.tell(
        new ResponseSeen(
            new NodeReport(
                node,
                NodeReport.State.FAILED,
                "its model did not load: no such file",
                clock.instant(),
                Duration.ofSeconds(2),
                1)));
    fleet.remove(node);
    pass(Duration.ofSeconds(2));
    looked(3);

    assertThat(decisions.toJson().toString())
        .contains("node " + node + " failed: its model did not load: no such file");
    assertThat(meters.counter("argus.scaling.launches", "outcome", "did-not-serve").count())
        .isEqualTo(1);
  }

  @Test
  void anAcceptedPhotoWakesItAtOnceAndOnlyOnce() {
    ActorRef<Command> scaler = spawn();
    looked(1);

    waiting.set(1);
    scaler.tell(new WorkAccepted());
    scaler.tell(new WorkAccepted());

    await().untilAsserted(() -> assertThat(fleet.launchCalls()).hasSize(1));
    assertThat(queue.reads()).isEqualTo(2);
    assertThat(latest().reason()).startsWith("launch 1 node: ");
  }

  @Test
  void aPhotoThatIsAcceptedDuringALookIsNotForgotten() {
    queue.stall();
    ActorRef<Command> scaler = spawn();
    await().until(() -> queue.reads() == 1);
    scaler.tell(new WorkAccepted());
    queue.answer();
    looked(1);

    pass(Duration.ofSeconds(2));

    looked(2);
  }

  @Test
  void looksEveryIntervalWhileThereIsANode() {
    fleet.add(1, Fleet.State.RUNNING);
    spawn();
    looked(1);

    pass(Duration.ofSeconds(2));
    looked(2);
    assertThat(meters.get("argus.scaling.nodes").tag("state", "booting").gauge().value())
        .isEqualTo(1);
  }

  @Test
  void launchesArePaced() {
    queue.holds(180, 0);
    spawn();
    await().untilAsserted(() -> assertThat(fleet.launchCalls()).hasSize(1));
    assertThat(latest().launch()).isEqualTo(3);

    pass(Duration.ofMillis(199));
    assertThat(fleet.launchCalls()).hasSize(1);

    pass(Duration.ofMillis(1));
    await().untilAsserted(() -> assertThat(fleet.launchCalls()).hasSize(2));
    pass(Duration.ofMillis(200));
    await().untilAsserted(() -> assertThat(fleet.launchCalls()).hasSize(3));
    await().untilAsserted(() -> assertThat(launches("accepted")).isEqualTo(3));
  }

  @Test
  void aFailedLookIsShownAndTriedAgainAfterABackOff() {
    queue.failReads(true);
    queue.holds(1, 0);
    spawn();
    await().untilAsserted(() -> assertThat(latest().verdict()).isEqualTo(Verdict.BLIND));
    assertThat(latest().reason()).contains("SQS cannot be reached");
    assertThat(fleet.launchCalls()).isEmpty();

    queue.failReads(false);
    pass(Duration.ofSeconds(2));

    await().untilAsserted(() -> assertThat(fleet.launchCalls()).hasSize(1));
  }

  @Test
  void aFailedLaunchIsShownAndTriedAgain() {
    queue.holds(1, 0);
    fleet.failLaunches("InsufficientInstanceCapacity");
    spawn();
    await().untilAsserted(() -> assertThat(launches("failed")).isEqualTo(1));

    // The first back-off lasts one to two seconds.
    fleet.failLaunches("");
    pass(Duration.ofSeconds(2));

    await().untilAsserted(() -> assertThat(fleet.existing()).hasSize(1));
    assertThat(fleet.launchCalls().get(1)).isEqualTo(fleet.launchCalls().get(0));
  }

  @Test
  void aLaunchWhosePoolIsEmptyGoesToTheNextAtOnceAndTheDecisionTells() {
    fleet.launchIn(A, B);
    fleet.empty(A);
    queue.holds(1, 0);
    spawn();
    await().untilAsserted(() -> assertThat(launches("moved")).isEqualTo(1));
    pass(Duration.ofMillis(200)); // launches are paced

    await().untilAsserted(() -> assertThat(launches("accepted")).isEqualTo(1));
    assertThat(decisions.entries().get(0).launches())
        .containsExactly(
            "node 1 goes elsewhere: no t3.small in subnet-a",
            "node 1 was launched as i-1: t3.small in subnet-b");
    assertThat(launches("failed")).isZero();
    assertThat(latest().verdict()).isEqualTo(Verdict.LAUNCH);
  }

  @Test
  void aControllerThatIsStartedAgainCallsALaunchThatMovedWhereItWent() {
    fleet.launchIn(A, B);
    fleet.empty(A);
    fleet.showAfter(Duration.ofSeconds(30));
    queue.holds(1, 0);
    ActorRef<Command> killed = spawn();
    await().untilAsserted(() -> assertThat(launches("moved")).isEqualTo(1));
    pass(Duration.ofMillis(200));
    await().untilAsserted(() -> assertThat(launches("accepted")).isEqualTo(1));
    testKit.stop(killed);
    fleet.empty();
    fleet.forgetRefusals();

    spawn();

    await().untilAsserted(() -> assertThat(fleet.launchCalls()).hasSize(3));
    await().untilAsserted(() -> assertThat(launches("accepted")).isEqualTo(2));
    assertThat(fleet.launchCalls().get(2)).isEqualTo(fleet.launchCalls().get(1));
    assertThat(fleet.existing()).hasSize(1);
  }

  @Test
  void aNodeThatNeverGetsReadyIsEndedOnceEc2Allows() {
    queue.holds(1, 0);
    fleet.failTerminations(true);
    spawn();
    await().untilAsserted(() -> assertThat(launches("accepted")).isEqualTo(1));
    String node = fleet.existing().get(0).id();

    lookFor(Duration.ofMinutes(5));
    await().untilAsserted(() -> assertThat(fleet.terminateCalls()).containsOnly(node));
    assertThat(launches("never-ready")).isZero();

    fleet.failTerminations(false);
    pass(Duration.ofSeconds(2));
    await().untilAsserted(() -> assertThat(launches("never-ready")).isEqualTo(1));
  }

  @Test
  void aReadyNodeThatWorksIsNeverEnded() {
    queue.holds(1, 0);
    ActorRef<Command> scaler = spawn();
    await().untilAsserted(() -> assertThat(launches("accepted")).isEqualTo(1));
    String node = fleet.existing().get(0).id();
    fleet.become(node, Fleet.State.RUNNING);
    scaler.tell(new ResponseSeen(Messages.report(node, NodeReport.State.READY)));
    lookFor(Duration.ofMinutes(4));
    scaler.tell(new ResponseSeen(Messages.report(node, NodeReport.State.WORKING)));
    lookFor(Duration.ofMinutes(4));

    await().untilAsserted(() -> assertThat(latest().verdict()).isEqualTo(Verdict.ENOUGH));
    assertThat(fleet.terminateCalls()).isEmpty();
  }

  @Test
  void aStrangerThatNeverSpeaksIsEnded() {
    String node = fleet.add(1, Fleet.State.RUNNING).id();
    clock.advance(Duration.ofMinutes(1));
    spawn();
    looked(1);

    lookFor(Duration.ofMinutes(5));

    await().untilAsserted(() -> assertThat(fleet.terminateCalls()).containsOnly(node));
  }

  @Test
  void whileNothingCanBeReceivedNobodyCountsAsSilent() {
    queue.holds(1, 0);
    ActorRef<Command> scaler = spawn();
    await().untilAsserted(() -> assertThat(launches("accepted")).isEqualTo(1));

    for (int i = 0; i < 12; i++) {
      lookFor(Duration.ofSeconds(30));
      scaler.tell(new ScalerActor.Deaf());
    }

    assertThat(latest().observation().orElseThrow().overdue()).isEqualTo(1);
    assertThat(fleet.terminateCalls()).isEmpty();
  }

  @Test
  void theNextLeaderKnowsOfNodesThatEc2DoesNotShowYet() {
    fleet.showAfter(Duration.ofSeconds(30));
    queue.holds(10_000, 0);
    ActorRef<Command> killed = spawn(2);
    await().untilAsserted(() -> assertThat(fleet.launchCalls()).hasSize(1));
    pass(Duration.ofMillis(200));
    await().untilAsserted(() -> assertThat(launches("accepted")).isEqualTo(2));
    testKit.stop(killed);

    generation++;
    spawn(2);
    await().untilAsserted(() -> assertThat(fleet.launchCalls()).hasSize(3));
    pass(Duration.ofMillis(200));
    await().untilAsserted(() -> assertThat(launches("accepted")).isEqualTo(4));
    pass(Duration.ofSeconds(2));
    await().untilAsserted(() -> assertThat(latest().verdict()).isEqualTo(Verdict.AT_MAXIMUM));

    assertThat(fleet.existing()).hasSize(2);
    assertThat(fleet.launchCalls().subList(2, 4)).isEqualTo(fleet.launchCalls().subList(0, 2));
  }

  @Test
  void launchesThatCannotBeNotedAreNotMadeAndTriedAgain() {
    noting = launches -> CompletableFuture.failedFuture(new IllegalStateException("S3 is down"));
    queue.holds(1, 0);
    spawn();
    await().untilAsserted(() -> assertThat(launches("failed")).isEqualTo(1));
    assertThat(fleet.launchCalls()).isEmpty();
    pass(Duration.ofMillis(500)); // the first back-off lasts one to two seconds

    noting = launches -> CompletableFuture.completedFuture(Done.getInstance());
    pass(Duration.ofMillis(1500));

    await().untilAsserted(() -> assertThat(fleet.launchCalls()).hasSize(1));
    assertThat(decisions.toJson().toString())
        .contains("could not be noted in the state bucket first: S3 is down");
  }

  @Test
  void aLaunchThatFailedIsCalledAgainThoughItsNoteNeedNotChange() {
    queue.holds(1, 0);
    fleet.failLaunches("InsufficientInstanceCapacity");
    spawn();
    await().untilAsserted(() -> assertThat(launches("failed")).isEqualTo(1));
    fleet.failLaunches("");
    pass(Duration.ofSeconds(2));

    await().untilAsserted(() -> assertThat(launches("accepted")).isEqualTo(1));
    assertThat(fleet.launchCalls()).hasSize(2);
    assertThat(notes).hasSize(1);
  }

  @Test
  void aPolicyThatThrowsDoesNotStopTheController() {
    AtomicInteger calls = new AtomicInteger();
    testKit.spawn(
        ScalerActor.create(
            Settings.scaling(),
            seen -> {
              if (calls.incrementAndGet() == 1) {
                throw new IllegalStateException("a bug");
              }
              return new BacklogPolicy().decide(seen);
            },
            surroundings(),
            term(),
            new Estimates(Settings.scaling()),
            metrics));
    await().until(() -> calls.get() == 1);

    pass(Duration.ofSeconds(2));

    looked(1);
    assertThat(latest().verdict()).isEqualTo(Verdict.NO_WORK);
  }

  private ActorRef<Command> spawn() {
    return spawn(19);
  }

  private ActorRef<Command> spawn(int maxWorkers) {
    return spawn(maxWorkers, new BacklogPolicy());
  }

  private ActorRef<Command> spawn(int maxWorkers, ScalingPolicy policy) {
    return testKit.spawn(
        ScalerActor.create(
            Settings.withMax(maxWorkers),
            policy,
            surroundings(),
            term(),
            new Estimates(Settings.scaling()),
            metrics));
  }

  /** What the leader before has noted last is what this one begins with. */
  private Term term() {
    List<NotedLaunch> before = notes.isEmpty() ? List.of() : notes.get(notes.size() - 1);
    return new Term(
        generation,
        before,
        holds::get,
        launches -> {
          CompletionStage<Done> done = noting.apply(launches);
          notes.add(launches);
          return done;
        });
  }

  private Surroundings surroundings() {
    return new Surroundings(
        "argus",
        queue,
        fleet,
        waiting::get,
        decisions,
        forecast,
        nodes -> {},
        word -> {},
        clock,
        random,
        meters);
  }

  /** Waits until that many looks have become decisions. */
  private void looked(int times) {
    await()
        .untilAsserted(
            () ->
                assertThat(decisions.entries().stream().mapToInt(DecisionLog.Entry::count).sum())
                    .isEqualTo(times));
  }

  private Decision latest() {
    assertThat(decisions.entries()).isNotEmpty();
    return decisions.entries().get(0).decision();
  }

  private double launches(String outcome) {
    var counter = meters.find("argus.scaling.launches").tag("outcome", outcome).counter();
    return counter == null ? 0 : counter.count();
  }

  /** Half a minute at a time: a look that comes later tells of an outage. */
  private void lookFor(Duration time) {
    for (Duration left = time; !left.isZero(); left = left.minusSeconds(30)) {
      int before = queue.reads();
      pass(Duration.ofSeconds(30));
      await().until(() -> queue.reads() > before);
    }
  }

  private void pass(Duration duration) {
    clock.advance(duration);
    time.timePasses(duration);
  }
}
