package dev.argus.scaling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.ports.Fleet;
import dev.argus.protocol.NodeReport;
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

  private final FleetView view = new FleetView(TIMEOUT, VISIBILITY, T0);
  private final Fleet.Node ours = node("i-ours", Fleet.State.RUNNING, T0);
  private final Fleet.Node stranger = node("i-old", Fleet.State.RUNNING, T0.minus(BOOT));

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
    assertThat(roster(T0.plus(TIMEOUT).minusNanos(1), ours).booting()).hasSize(1);

    Roster late = roster(T0.plus(TIMEOUT), ours);

    assertThat(late).isEqualTo(new Roster(0, List.of(), 0, 1, List.of("i-ours")));
  }

  @Test
  void aHopelessNodeThatIsEndedIsLeavingThoughEc2StillShowsItRunning() {
    view.ended("i-ours", T0.plus(TIMEOUT));

    assertThat(roster(T0.plus(TIMEOUT), ours).leaving()).isEqualTo(1);
  }

  @Test
  void anOutageOfTheQueueMakesNoNodeHopeless() {
    view.launched("i-ours", T0);
    view.blind(T0.plusSeconds(200));

    assertThat(roster(T0.plus(TIMEOUT), ours)).isEqualTo(new Roster(0, List.of(), 0, 1, List.of()));
    assertThat(roster(T0.plusSeconds(200).plus(TIMEOUT), ours).hopeless())
        .containsExactly("i-ours");
  }

  @Test
  void afterARestartANodeOlderThanTheBootTimeCountsAsReady() {
    assertThat(roster(T0, stranger).ready()).isEqualTo(1);
    assertThat(roster(T0, node("i-new", Fleet.State.RUNNING, T0.minusSeconds(20))).booting())
        .hasSize(1);
  }

  @Test
  void aStrangerThatWorkDoesNotMakeSpeakIsOverdueButNotEnded() {
    view.roster(T0, List.of(stranger), BOOT, true);

    assertThat(view.roster(T0.plus(TIMEOUT), List.of(stranger), BOOT, true).ready()).isEqualTo(1);
    Roster silent = view.roster(T0.plus(TIMEOUT).plusMillis(1), List.of(stranger), BOOT, true);
    assertThat(silent).isEqualTo(new Roster(0, List.of(), 0, 1, List.of()));
  }

  @Test
  void aStrangerMayBeSilentWhileThereIsNoWork() {
    view.roster(T0, List.of(stranger), BOOT, true);
    view.roster(T0.plusSeconds(100), List.of(stranger), BOOT, false);

    assertThat(view.roster(T0.plus(TIMEOUT).plusSeconds(60), List.of(stranger), BOOT, true).ready())
        .isEqualTo(1);
  }

  @Test
  void aStrangerThatEc2NeverGotRunningIsHopeless() {
    Fleet.Node stuck = node("i-stuck", Fleet.State.PENDING, T0.minusSeconds(1));

    assertThat(roster(T0.plus(TIMEOUT), stuck).hopeless()).containsExactly("i-stuck");
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

  private Roster roster(Instant now, Fleet.Node... nodes) {
    return view.roster(now, List.of(nodes), BOOT, false);
  }

  private static Fleet.Node node(String id, Fleet.State state, Instant launchedAt) {
    return new Fleet.Node(id, 1, state, launchedAt);
  }

  private static NodeReport report(String node, NodeReport.State state) {
    return Messages.report(node, state);
  }
}
