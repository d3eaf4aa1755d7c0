package dev.argus.scaling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.argus.ports.Fleet;
import dev.argus.ports.ObjectStore.Bucket;
import dev.argus.ports.ObjectStore.StoredObject;
import dev.argus.protocol.NodeReport;
import dev.argus.protocol.ObjectKeys;
import dev.argus.scaling.Decision.Verdict;
import dev.argus.scaling.ScalerActor.Command;
import dev.argus.scaling.ScalerActor.ResponseSeen;
import dev.argus.scaling.ScalerActor.Surroundings;
import dev.argus.scaling.ScalerActor.WorkAccepted;
import dev.argus.simulation.CountedQueue;
import dev.argus.simulation.InMemoryFleet;
import dev.argus.simulation.InMemoryObjectStore;
import dev.argus.simulation.SettableClock;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Looks every 2 s, or every 60 s when idle; 5 launches a second; back-off from 2 s. */
class ScalerActorTest {
  private final ActorTestKit testKit = ActorTestKit.create(ManualTime.config());
  private final ManualTime time = ManualTime.get(testKit.system());
  private final Random random = new Random(1); // one for all: runs differ in their tokens
  private final SettableClock clock = new SettableClock();
  private final CountedQueue queue = new CountedQueue();
  private final InMemoryFleet fleet = new InMemoryFleet(clock);
  private final InMemoryObjectStore store = new InMemoryObjectStore();
  private final AtomicInteger waiting = new AtomicInteger();
  private final Forecast forecast = new Forecast();
  private final DecisionLog decisions = new DecisionLog(100);
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

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
  void afterItIsToldToStopItLaunchesNothing() {
    ActorRef<Command> scaler = spawn();
    looked(1);
    scaler.tell(new ScalerActor.Stop());
    testKit.createTestProbe().expectTerminated(scaler);
    waiting.set(1);
    scaler.tell(new WorkAccepted());
    pass(Duration.ofMinutes(2));

    assertThat(fleet.launchCalls()).isEmpty();
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
  void aControllerThatIsStartedAgainKnowsOfNodesThatEc2DoesNotShowYet() {
    fleet.showAfter(Duration.ofSeconds(30));
    queue.holds(10_000, 0);
    ActorRef<Command> killed = spawn(2);
    await().untilAsserted(() -> assertThat(fleet.launchCalls()).hasSize(1));
    pass(Duration.ofMillis(200));
    await().untilAsserted(() -> assertThat(launches("accepted")).isEqualTo(2));
    testKit.stop(killed);

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
  void nothingIsLaunchedBeforeItIsKnownWhatWasLaunchedBefore() {
    store.setDown(true);
    queue.holds(1, 0);
    spawn();
    await().untilAsserted(() -> assertThat(latest().verdict()).isEqualTo(Verdict.BLIND));
    assertThat(latest().reason())
        .contains("or what was launched before this start cannot be read")
        .contains("the store is down");
    assertThat(fleet.launchCalls()).isEmpty();

    store.setDown(false);
    pass(Duration.ofSeconds(2));

    await().untilAsserted(() -> assertThat(fleet.launchCalls()).hasSize(1));
  }

  @Test
  void aLaunchThatCannotBeNotedIsNotMadeAndTriedAgain() {
    spawn();
    looked(1);
    store.setDown(true);
    queue.holds(1, 0);
    pass(Duration.ofMinutes(1));
    await().untilAsserted(() -> assertThat(launches("failed")).isEqualTo(1));
    assertThat(fleet.launchCalls()).isEmpty();
    pass(Duration.ofMillis(500)); // the first back-off lasts one to two seconds

    store.setDown(false);
    pass(Duration.ofMillis(1500));

    await().untilAsserted(() -> assertThat(fleet.launchCalls()).hasSize(1));
    assertThat(decisions.toJson().toString()).contains("could not be noted in the state bucket");
  }

  @Test
  void aNoteThatCannotBeReadCountsAsANodeForAWhile() {
    store.put(
        Bucket.STATE,
        ObjectKeys.launch(1),
        new StoredObject(ByteString.fromString("{]"), "application/json", Map.of()));
    queue.holds(1, 0);
    spawn(1);
    await().untilAsserted(() -> assertThat(latest().verdict()).isNotEqualTo(Verdict.BLIND));
    assertThat(latest().observation().orElseThrow().unseen()).hasSize(1);

    pass(Duration.ofSeconds(60));

    await().untilAsserted(() -> assertThat(fleet.launchCalls()).hasSize(1));
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
            surroundings()));
    await().until(() -> calls.get() == 1);

    pass(Duration.ofSeconds(2));

    looked(1);
    assertThat(latest().verdict()).isEqualTo(Verdict.NO_WORK);
  }

  private ActorRef<Command> spawn() {
    return spawn(19);
  }

  private ActorRef<Command> spawn(int maxWorkers) {
    return testKit.spawn(
        ScalerActor.create(Settings.withMax(maxWorkers), new BacklogPolicy(), surroundings()));
  }

  private Surroundings surroundings() {
    return new Surroundings(
        "argus",
        queue,
        InMemoryFleet.RESPONSES,
        store,
        fleet,
        waiting::get,
        decisions,
        forecast,
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
