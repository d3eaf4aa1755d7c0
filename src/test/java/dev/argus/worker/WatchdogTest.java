package dev.argus.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.argus.ports.Fleet;
import dev.argus.protocol.WarmNodes;
import dev.argus.simulation.CountedQueue;
import dev.argus.simulation.InMemoryFleet;
import dev.argus.simulation.SettableClock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Looks every 5 s; idle limit and busy window 60 s, unreachable limit 5 min. */
class WatchdogTest {
  private final ActorTestKit testKit = ActorTestKit.create(ManualTime.config());
  private final ManualTime time = ManualTime.get(testKit.system());
  private final SettableClock clock = new SettableClock();
  private final CountedQueue queue = new CountedQueue();
  private final InMemoryFleet fleet = new InMemoryFleet(clock);
  private final BusyShare busyShare = new BusyShare(Duration.ofSeconds(60), 1, SettableClock.START);
  private final List<Leave> left = new CopyOnWriteArrayList<>();
  private final AtomicInteger looks = new AtomicInteger();
  private volatile Optional<WarmNodes> warm = Optional.empty();
  private volatile ReceiveStatus receiving = new ReceiveStatus(SettableClock.START, 0, 0);

  @AfterEach
  void stop() {
    testKit.shutdownTestKit();
  }

  @Test
  void tellsAnIdleNodeOnceToLeaveAndStops() {
    ActorRef<Watchdog.Command> watchdog = spawn();
    receives(0, 2, 0);
    look(Duration.ofSeconds(5));
    assertThat(left).isEmpty();

    receives(65, 5, 0);
    look(Duration.ofSeconds(60));

    await().until(() -> !left.isEmpty());
    assertThat(left).extracting(Leave::reason).containsExactly(Leave.Reason.EMPTY);
    TestProbe<Void> probe = testKit.createTestProbe();
    probe.expectTerminated(watchdog);
  }

  @Test
  void aNodeWithoutWorkThatIsNotWorthKeepingLeavesWhenItsMinuteIsOver() {
    warm = Optional.of(new WarmNodes(0, SettableClock.START.plusSeconds(50)));
    spawn();
    receives(20, 0, 0);
    look(Duration.ofSeconds(30));
    assertThat(left).isEmpty();

    receives(55, 0, 0);
    look(Duration.ofSeconds(30));

    await().until(() -> !left.isEmpty());
    assertThat(left).extracting(Leave::reason).containsExactly(Leave.Reason.SURPLUS);
    assertThat(left.get(0).text()).contains("of 0 nodes worth keeping it is none");
    assertThat(queue.reads()).isZero();
  }

  @Test
  void aNodeThatHasNothingLeftToDoLooksAtOnceAndNoMoreThanOnceASecond() {
    warm = Optional.of(new WarmNodes(1, SettableClock.START.plusSeconds(90)));
    ActorRef<Watchdog.Command> watchdog = spawn();
    clock.advance(Duration.ofSeconds(91));
    receives(91, 0, 0);

    watchdog.tell(Watchdog.Emptied.INSTANCE);
    await().until(() -> looks.get() == 2);
    warm = Optional.of(new WarmNodes(0, SettableClock.START.plusSeconds(91)));
    watchdog.tell(Watchdog.Emptied.INSTANCE);
    watchdog.tell(Watchdog.Emptied.INSTANCE);
    time.timePasses(Duration.ofMillis(900));
    assertThat(left).isEmpty();
    assertThat(looks.get()).isEqualTo(2);

    time.timePasses(Duration.ofMillis(200));
    await().until(() -> !left.isEmpty());
    assertThat(looks.get()).isEqualTo(4);
    assertThat(left).extracting(Leave::reason).containsExactly(Leave.Reason.SURPLUS);
  }

  @Test
  void aWordThatIsOldIsNoReasonToLeave() {
    warm = Optional.of(new WarmNodes(0, SettableClock.START));
    spawn();
    receives(85, 0, 0);
    look(Duration.ofSeconds(90));

    assertThat(left).isEmpty();
  }

  @Test
  void aBusyNodeMakesNoCalls() {
    spawn();
    for (int i = 0; i < 4; i++) {
      receives(clock.instant().getEpochSecond() - SettableClock.START.getEpochSecond(), 0, 3);
      busyShare.add(clock.instant(), Duration.ofSeconds(60));
      look(Duration.ofSeconds(25));
    }

    assertThat(queue.reads()).isZero();
    assertThat(fleet.reads()).isZero();
  }

  @Test
  void aSurplusNodeReadsTheFleetAtEveryThirdLookAndLeaves() {
    fleet.add(1, Fleet.State.RUNNING);
    clock.advance(Duration.ofSeconds(1));
    spawn(fleet.add(2, Fleet.State.RUNNING).id());

    clock.advance(Duration.ofSeconds(60));
    for (int i = 0; i < 7; i++) {
      receives(61 + 15 * i, 0, 0);
      look(Duration.ofSeconds(15));
      if (i == 3) {
        assertThat(fleet.reads()).isEqualTo(2);
        assertThat(left).isEmpty();
      }
    }

    await().until(() -> !left.isEmpty());
    assertThat(left).extracting(Leave::reason).containsExactly(Leave.Reason.SURPLUS);
    assertThat(fleet.reads()).isEqualTo(3);
    assertThat(queue.reads()).isZero();
  }

  @Test
  void beingSurplusIsNotTakenForGrantedWhileTheFleetCannotBeRead() {
    fleet.add(1, Fleet.State.RUNNING);
    clock.advance(Duration.ofSeconds(1));
    spawn(fleet.add(2, Fleet.State.RUNNING).id());

    clock.advance(Duration.ofSeconds(60));
    for (int i = 0; i < 7; i++) {
      receives(61 + 15 * i, 0, 0);
      fleet.failReads(i == 3);
      look(Duration.ofSeconds(15));
    }

    assertThat(fleet.reads()).isEqualTo(3);
    assertThat(left).isEmpty();
  }

  @Test
  void callsThatFailAreNoReasonToLeave() {
    queue.failReads(true);
    fleet.failReads(true);
    fleet.add(1, Fleet.State.RUNNING);
    spawn(fleet.add(2, Fleet.State.RUNNING).id());

    for (int i = 1; i <= 5; i++) {
      receives(60 * i, 9, 0);
      look(Duration.ofSeconds(60));
    }

    assertThat(queue.reads()).isPositive();
    assertThat(fleet.reads()).isPositive();
    assertThat(left).isEmpty();
  }

  @Test
  void leavesAnUnreachableQueueThoughACallHangs() {
    queue.stall();
    receives(0, 2, 0);
    spawn();
    time.timePasses(Duration.ofSeconds(5));
    await().until(() -> queue.reads() == 1);

    clock.advance(Duration.ofMinutes(5));
    time.timePasses(Duration.ofSeconds(5));

    await().until(() -> !left.isEmpty());
    assertThat(left).extracting(Leave::reason).containsExactly(Leave.Reason.UNREACHABLE);
    assertThat(queue.reads()).isEqualTo(1);
  }

  @Test
  void aPhotoThatComesWhileTheCountsAreReadKeepsTheNode() {
    receives(0, 2, 0);
    spawn();
    look(Duration.ofSeconds(5));
    await().until(() -> queue.reads() == 1);
    queue.stall();
    receives(65, 5, 0);
    clock.advance(Duration.ofSeconds(60));
    time.timePasses(Duration.ofSeconds(5));
    await().until(() -> queue.reads() == 2);

    receives(65, 0, 1);
    int before = looks.get();
    queue.answer();

    await().until(() -> looks.get() > before);
    assertThat(left).isEmpty();
  }

  private ActorRef<Watchdog.Command> spawn() {
    return spawn("i-1");
  }

  private ActorRef<Watchdog.Command> spawn(String self) {
    return testKit.spawn(
        Watchdog.create(
            Nodes.settings(0),
            new Watchdog.Surroundings(
                self,
                clock.instant(),
                this::status,
                () -> false,
                busyShare,
                queue,
                fleet,
                () -> CompletableFuture.completedFuture(warm),
                clock,
                left::add)));
  }

  private ReceiveStatus status() {
    looks.incrementAndGet();
    return receiving;
  }

  private void receives(long lastSuccess, int emptyInARow, int held) {
    receiving = new ReceiveStatus(SettableClock.START.plusSeconds(lastSuccess), emptyInARow, held);
  }

  /** Lets {@code duration} pass for the node, in which the watchdog looks once. */
  private void look(Duration duration) {
    int before = looks.get();
    clock.advance(duration);
    time.timePasses(Duration.ofSeconds(5));
    // Each look asks twice for how receiving goes: before its calls, and after them.
    await().until(() -> looks.get() >= before + 2);
  }
}
