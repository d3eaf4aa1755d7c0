package dev.argus.scaling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.ports.Fleet;
import dev.argus.protocol.NodeReport;
import dev.argus.scaling.FleetView.Hopeless;
import dev.argus.scaling.FleetView.Roster;
import dev.argus.simulation.SettableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class FleetViewTest {
  private static final Instant T0 = SettableClock.START;
  private static final Duration BOOT = Duration.ofSeconds(45);
  private static final Duration TIMEOUT = Duration.ofMinutes(5);
  private static final Duration VISIBILITY = Duration.ofSeconds(60);

  private static final Duration LOOK = Duration.ofSeconds(30); // as long as the grace

  private final FleetView view = new FleetView(TIMEOUT, VISIBILITY, T0);
  private final Fleet.Node ours = node("i-ours", Fleet.State.RUNNING, T0);
  private final Fleet.Node stranger = node("i-old", Fleet.State.RUNNING, T0.minus(BOOT));
  private final Fleet.Node foreign =
      new Fleet.Node("i-foreign", 2, Fleet.State.RUNNING, T0.minus(BOOT), "");

  @Test
  void aNodeBootsUntilItSaysThatItIsReady() {
    Instant now = T0.plusSeconds(90);
    assertThat(roster(now, ours).booting()).containsExactly(Duration.ofSeconds(90));

    view.reported(report("i-ours", NodeReport.State.BOOTED), now);
    assertThat(roster(now, ours).ready()).isZero();

    view.reported(report("i-ours", NodeReport.State.READY), now);
    assertThat(roster(now, ours)).isEqualTo(new Roster(1, List.of(), 0, 0, List.of()));
  }

  @Test
  void aNodeThatFailedIsNoCapacityWhateverItSaidBefore() {
    view.reported(report("i-ours", NodeReport.State.READY), T0);
    view.reported(report("i-ours", NodeReport.State.FAILED), T0);
    view.reported(report("i-ours", NodeReport.State.WORKING), T0);

    assertThat(roster(T0, ours)).isEqualTo(new Roster(0, List.of(), 1, 0, List.of()));
  }

  @Test
  void aStrangerThatTellsWhatItCountedIsReady() {
    view.reported(report("i-old", NodeReport.State.WORKING), T0);

    assertThat(roster(T0, stranger).ready()).isEqualTo(1);
  }

  @Test
  void anAnswerProvesReadiness() {
    view.answered("i-ours", T0);

    assertThat(roster(T0, ours).ready()).isEqualTo(1);
  }

  @Test
  void aReportThatComesBeforeEc2ShowsTheNodeCounts() {
    view.reported(report("i-ours", NodeReport.State.READY), T0.plusSeconds(5));

    assertThat(roster(T0.plusSeconds(6)).ready()).isZero();
    assertThat(roster(T0.plusSeconds(7), ours).ready()).isEqualTo(1);
  }

  @Test
  void aDrainingNodeStaysDrainingThoughItAnswersAndOldReportsCome() {
    view.reported(report("i-ours", NodeReport.State.DRAINING), T0);
    view.answered("i-ours", T0);
    view.reported(report("i-ours", NodeReport.State.READY), T0);

    assertThat(roster(T0, ours)).isEqualTo(new Roster(0, List.of(), 1, 0, List.of()));
  }

  @Test
  void aNodeThatShutsDownIsLeavingWhateverItSaid() {
    view.reported(report("i-ours", NodeReport.State.READY), T0);

    assertThat(roster(T0, node("i-ours", Fleet.State.SHUTTING_DOWN, T0)).leaving()).isEqualTo(1);
  }

  @Test
  void aNodeThatIsNotReadyAtTheBootTimeoutIsHopeless() {
    view.launched("i-ours", T0);
    look(T0, T0.plus(TIMEOUT).minusNanos(1), ours);
    assertThat(roster(T0.plus(TIMEOUT).minusNanos(1), ours).booting()).hasSize(1);

    Roster late = roster(T0.plus(TIMEOUT), ours);

    assertThat(late).isEqualTo(hopeless("i-ours", false));
  }

  @Test
  void aHopelessNodeThatIsEndedIsLeavingThoughEc2StillShowsItRunning() {
    view.ended("i-ours", T0.plus(TIMEOUT));

    assertThat(roster(T0.plus(TIMEOUT), ours).leaving()).isEqualTo(1);
  }

  @Test
  void aNodeThatHasBootedMustGetReadyInTimeToo() {
    view.launched("i-ours", T0);
    look(T0, T0.plusSeconds(200), ours);
    view.reported(report("i-ours", NodeReport.State.BOOTED), T0.plusSeconds(200));
    look(T0.plusSeconds(200), T0.plus(TIMEOUT), ours);

    assertThat(roster(T0.plus(TIMEOUT), ours).hopeless()).hasSize(1);
  }

  @Test
  void anOutageOfTheQueueMakesNoNodeHopeless() {
    view.launched("i-ours", T0);
    look(T0, T0.plusSeconds(200), ours);
    view.blind(T0.plusSeconds(210));
    view.blind(T0.plus(TIMEOUT));
    Instant over = T0.plus(TIMEOUT).plusSeconds(1);

    assertThat(roster(over, ours)).isEqualTo(new Roster(0, List.of(), 0, 1, List.of()));
    // 200 s are counted, and none of the grace of 30 s after the outage.
    look(over, T0.plus(TIMEOUT).plusSeconds(129), ours);
    assertThat(roster(T0.plus(TIMEOUT).plusSeconds(129), ours).hopeless()).isEmpty();
    assertThat(roster(T0.plus(TIMEOUT).plusSeconds(130), ours).hopeless()).hasSize(1);
  }

  @Test
  void outagesEveryMinuteOnlyDelayTheEndOfADeadNode() {
    view.launched("i-ours", T0);
    Instant now = T0;
    int minutes = 0;
    for (; roster(now, ours).hopeless().isEmpty(); minutes++) {
      view.blind(now);
      look(now.plusSeconds(1), now.plusSeconds(59), ours);
      now = now.plusSeconds(60);
      assertThat(minutes).isLessThan(60);
    }

    assertThat(minutes).isEqualTo(10); // half of each counts
  }

  @Test
  void aNodeThatReportsIsNeverHopelessThoughThereAreOutages() {
    view.launched("i-ours", T0);
    view.reported(report("i-ours", NodeReport.State.READY), T0);
    Instant now = T0;
    for (int minute = 0; minute < 600; minute++) {
      if (minute % 3 == 0) {
        view.blind(now.plusSeconds(10));
        view.blind(now.plusSeconds(50));
      }
      view.reported(report("i-ours", NodeReport.State.WORKING), now.plusSeconds(55));
      assertThat(roster(now.plusSeconds(60), ours).ready()).isEqualTo(1);
      now = now.plusSeconds(60);
      look(now, now, ours);
    }
  }

  @Test
  void aReadyNodeThatFallsSilentIsHopeless() {
    view.reported(report("i-ours", NodeReport.State.READY), T0);
    look(T0, T0.plusSeconds(120), ours);
    view.answered("i-ours", T0.plusSeconds(120));
    look(T0.plusSeconds(120), T0.plusSeconds(419), ours);
    assertThat(roster(T0.plusSeconds(419), ours).ready()).isEqualTo(1);

    assertThat(roster(T0.plusSeconds(420), ours)).isEqualTo(hopeless("i-ours", true));
  }

  @Test
  void aNodeThatFailsInItsBootAndThenFreezesNeverGotReady() {
    view.reported(report("i-ours", NodeReport.State.BOOTED), T0);
    view.reported(report("i-ours", NodeReport.State.FAILED), T0);
    look(T0, T0.plus(TIMEOUT), ours);

    assertThat(roster(T0.plus(TIMEOUT), ours)).isEqualTo(hopeless("i-ours", false));
  }

  @Test
  void aNodeThatSaysThatItDrainsAndThenFreezesIsHopeless() {
    view.reported(report("i-ours", NodeReport.State.READY), T0);
    look(T0, T0.plusSeconds(400), ours);
    view.reported(report("i-ours", NodeReport.State.DRAINING), T0.plusSeconds(400));
    look(T0.plusSeconds(400), T0.plusSeconds(699), ours);
    assertThat(roster(T0.plusSeconds(699), ours).leaving()).isEqualTo(1);

    assertThat(roster(T0.plusSeconds(700), ours)).isEqualTo(hopeless("i-ours", true));
  }

  @Test
  void timeInWhichThisProcessDidNotRunIsNoHearingTime() {
    view.reported(report("i-ours", NodeReport.State.READY), T0);
    roster(T0, ours);

    Instant awake = T0.plus(Duration.ofHours(8));
    assertThat(roster(awake, ours).ready()).isEqualTo(1);
    look(awake, awake.plus(TIMEOUT), ours);
    assertThat(roster(awake.plus(TIMEOUT), ours).ready()).isEqualTo(1);
  }

  @Test
  void afterARestartANodeOlderThanTheBootTimeCountsAsReady() {
    assertThat(roster(T0, stranger).ready()).isEqualTo(1);
    assertThat(roster(T0, node("i-new", Fleet.State.RUNNING, T0.minusSeconds(20))).booting())
        .hasSize(1);
  }

  @Test
  void aStrangerThatSaysNothingForTheBootTimeoutIsHopeless() {
    look(T0, T0.plus(TIMEOUT).minusMillis(1), stranger);
    assertThat(roster(T0.plus(TIMEOUT).minusMillis(1), stranger).ready()).isEqualTo(1);

    assertThat(roster(T0.plus(TIMEOUT), stranger)).isEqualTo(hopeless("i-old", false));
  }

  @Test
  void aForeignNodeThatWorkDoesNotMakeSpeakIsOverdueButNotEnded() {
    view.roster(T0, List.of(foreign), BOOT, true);

    assertThat(view.roster(T0.plus(TIMEOUT), List.of(foreign), BOOT, true).ready()).isEqualTo(1);
    Roster silent = view.roster(T0.plus(TIMEOUT).plusMillis(1), List.of(foreign), BOOT, true);
    assertThat(silent).isEqualTo(new Roster(0, List.of(), 0, 1, List.of()));
    look(T0, T0.plus(Duration.ofHours(1)), foreign);
    assertThat(roster(T0.plus(Duration.ofHours(1)), foreign).hopeless()).isEmpty();
  }

  @Test
  void aNodeThatAnEarlierLeaderLaunchedIsEndedOnlyIfItIsSilentInThisTerm() {
    Fleet.Node living = launchedByAnother("i-living");
    Fleet.Node dead = launchedByAnother("i-dead");
    assertThat(roster(T0, living, dead).ready()).isEqualTo(2);
    look(T0, T0.plusSeconds(240), living, dead);
    view.reported(report("i-living", NodeReport.State.WORKING), T0.plusSeconds(240));
    look(T0.plusSeconds(240), T0.plus(TIMEOUT).minusMillis(1), living, dead);
    assertThat(roster(T0.plus(TIMEOUT).minusMillis(1), living, dead).hopeless()).isEmpty();

    assertThat(roster(T0.plus(TIMEOUT), living, dead).hopeless())
        .containsExactly(new Hopeless("i-dead", false));
  }

  private static Fleet.Node launchedByAnother(String id) {
    return new Fleet.Node(id, 4, Fleet.State.RUNNING, T0.minus(BOOT), "of-another-web-node");
  }

  @Test
  void aForeignNodeMayBeSilentWhileThereIsNoWork() {
    view.roster(T0, List.of(foreign), BOOT, true);
    view.roster(T0.plusSeconds(100), List.of(foreign), BOOT, false);

    assertThat(view.roster(T0.plus(TIMEOUT).plusSeconds(60), List.of(foreign), BOOT, true).ready())
        .isEqualTo(1);
  }

  @Test
  void aStrangerThatEc2NeverGotRunningIsHopelessWhereverItWouldReport() {
    Fleet.Node stuck =
        new Fleet.Node("i-stuck", 3, Fleet.State.PENDING, T0.minusSeconds(1), "elsewhere");
    look(T0, T0.plus(TIMEOUT), stuck);

    assertThat(roster(T0.plus(TIMEOUT), stuck)).isEqualTo(hopeless("i-stuck", false));
  }

  @Test
  void nodesThatEc2ShowsAreNeverForgottenAndOthersAre() {
    view.answered("i-old", T0);
    view.answered("i-gone", T0);
    for (int minute = 1; minute <= 10; minute++) {
      roster(T0.plusSeconds(60 * minute), stranger);
    }

    Instant now = T0.plusSeconds(601);
    assertThat(view.roster(now, List.of(stranger), BOOT, true).ready()).isEqualTo(1);
    Fleet.Node back = node("i-gone", Fleet.State.RUNNING, now.minusSeconds(1));
    assertThat(roster(now, back).ready()).isZero();
  }

  /** Looks often enough that all of the time is hearing time. */
  private void look(Instant from, Instant to, Fleet.Node... nodes) {
    for (Instant now = from; now.isBefore(to); now = now.plus(LOOK)) {
      roster(now, nodes);
    }
    roster(to, nodes);
  }

  private static Roster hopeless(String node, boolean gotReady) {
    return new Roster(0, List.of(), 0, 1, List.of(new Hopeless(node, gotReady)));
  }

  private Roster roster(Instant now, Fleet.Node... nodes) {
    return view.roster(now, List.of(nodes), BOOT, false);
  }

  private static Fleet.Node node(String id, Fleet.State state, Instant launchedAt) {
    return new Fleet.Node(id, 1, state, launchedAt, "responses");
  }

  private static NodeReport report(String node, NodeReport.State state) {
    return Messages.report(node, state);
  }
}
