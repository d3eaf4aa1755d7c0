package dev.argus.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.ports.Fleet;
import dev.argus.ports.QueueCounts;
import dev.argus.simulation.SettableClock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** Idle limit 60 s, busy window 60 s, busy target 70 %, unreachable limit 5 min. */
class IdlePolicyTest {
  private static final Instant T0 = SettableClock.START;
  private static final QueueCounts EMPTY = new QueueCounts(0, 0);

  private IdlePolicy policy = new IdlePolicy(Nodes.settings(0));
  private Evidence evidence = Evidence.none();
  private OptionalInt warm = OptionalInt.empty();

  @Test
  void leavesWhenEverythingIsEmptyForTheIdleLimit() {
    assertThat(look(0, receiving(0, 2, 0), EMPTY)).isEmpty();
    assertThat(look(59, receiving(59, 4, 0), EMPTY)).isEmpty();

    Leave leave = look(60, receiving(60, 5, 0), EMPTY).orElseThrow();

    assertThat(leave.reason()).isEqualTo(Leave.Reason.EMPTY);
    assertThat(leave.text())
        .isEqualTo(
            "5 receives in a row were empty, and nothing is visible or in flight since"
                + " 2026-01-01T00:00:00Z, the limit is 60 s");
  }

  @Test
  void aPhotoInFlightElsewhereStartsTheIdleLimitAnew() {
    look(0, receiving(0, 2, 0), EMPTY);
    look(30, receiving(30, 3, 0), new QueueCounts(0, 1));
    look(35, receiving(35, 3, 0), EMPTY);

    assertThat(look(60, receiving(60, 4, 0), EMPTY)).isEmpty();
    assertThat(look(95, receiving(95, 6, 0), EMPTY)).isPresent();
  }

  @Test
  void aReceivedPhotoStartsTheIdleLimitAnew() {
    look(0, receiving(0, 2, 0), EMPTY);
    look(30, receiving(30, 0, 0), null);

    assertThat(look(60, receiving(60, 2, 0), EMPTY)).isEmpty();
  }

  @Test
  void oneEmptyReceiveProvesNothing() {
    assertThat(policy.needsCounts(receiving(0, 1, 0))).isFalse();
    look(0, receiving(0, 1, 0), EMPTY);
    assertThat(look(60, receiving(60, 1, 0), EMPTY)).isEmpty();
  }

  @Test
  void neverLeavesAnEmptyQueueWhileItHoldsAPhoto() {
    look(0, receiving(0, 2, 0), EMPTY);

    assertThat(look(60, receiving(60, 5, 1), EMPTY)).isEmpty();
  }

  @Test
  void unknownCountsAreNoReasonToLeave() {
    look(0, receiving(0, 2, 0), EMPTY);

    assertThat(look(60, receiving(60, 5, 0), null)).isEmpty();
    assertThat(look(65, receiving(65, 5, 0), EMPTY)).isPresent();
  }

  @Test
  void theOldestMinWorkersStayInAnEmptyQueue() {
    policy = new IdlePolicy(Nodes.settings(2));

    assertThat(emptyFor60s("i-1", Optional.of(Nodes.fleet(4)))).isEmpty();
    assertThat(emptyFor60s("i-2", Optional.of(Nodes.fleet(4)))).isEmpty();
    assertThat(emptyFor60s("i-3", Optional.of(Nodes.fleet(4)))).isPresent();
    assertThat(emptyFor60s("i-3", Optional.empty())).isEmpty();
    assertThat(emptyFor60s("i-unknown", Optional.of(Nodes.fleet(4)))).isEmpty();
  }

  @Test
  void leavesWhenTheQueueWasUnreachableForTheLimitWhateverItHolds() {
    assertThat(look(299, receiving(0, 0, 7), null)).isEmpty();

    Leave leave = look(300, receiving(0, 0, 7), null).orElseThrow();

    assertThat(leave.reason()).isEqualTo(Leave.Reason.UNREACHABLE);
    assertThat(leave.text()).contains("since 2026-01-01T00:00:00Z, the limit is 300 s");
  }

  @Test
  void leavesAsSurplusWhenOlderNodesWereEnoughForTheBusyWindow() {
    assertThat(lookAtFleet(0, "i-2", 19, 0.013)).isEmpty();
    assertThat(lookAtFleet(45, "i-2", 19, 0.013)).isEmpty();

    Leave leave = lookAtFleet(60, "i-2", 19, 0.013).orElseThrow();

    assertThat(leave.reason()).isEqualTo(Leave.Reason.SURPLUS);
    assertThat(leave.text())
        .isEqualTo(
            "of 19 nodes this one is number 2 by age, and 1 are needed since 2026-01-01T00:00:00Z:"
                + " at most 19 nodes were busy 1.3 % of the time, the target is 70 %");
  }

  @Test
  void ofNodesWithoutWorkTheYoungestLeaveAndThoseWorthKeepingStay() {
    warm = OptionalInt.of(2);

    assertThat(idle("i-2")).isEmpty();
    assertThat(idle("i-3").orElseThrow().text()).contains("of 2 nodes worth keeping it is none");
    assertThat(judge("i-3", 1, Optional.of(Nodes.fleet(4)))).isEmpty();
    assertThat(judge("i-3", 0, Optional.empty())).isEmpty();
  }

  @Test
  void aNodeWorthKeepingStaysThoughEverythingIsEmpty() {
    warm = OptionalInt.of(1);

    assertThat(emptyFor60s("i-1", Optional.of(Nodes.fleet(2)))).isEmpty();
    assertThat(emptyFor60s("i-2", Optional.of(Nodes.fleet(2)))).isPresent();
  }

  private Optional<Leave> idle(String self) {
    return judge(self, 0, Optional.of(Nodes.fleet(4)));
  }

  private Optional<Leave> judge(String self, int held, Optional<List<Fleet.Node>> fleet) {
    return judge(90, self, receiving(90, 0, held), Optional.empty(), fleet, OptionalDouble.empty());
  }

  @Test
  void theOldestNodeIsNeverSurplus() {
    lookAtFleet(0, "i-1", 19, 0);

    assertThat(lookAtFleet(60, "i-1", 19, 0)).isEmpty();
  }

  @Test
  void asManyAsTheLoadNeedsStay() {
    // 10 nodes, each 21 % busy, are 2.1 nodes' work, which keeps 3 nodes 70 % busy.
    lookAtFleet(0, "i-3", 10, 0.21 - 1e-9);
    assertThat(lookAtFleet(60, "i-3", 10, 0.21 - 1e-9)).isEmpty();

    lookAtFleet(0, "i-4", 10, 0.21 - 1e-9);
    assertThat(lookAtFleet(60, "i-4", 10, 0.21 - 1e-9)).isPresent();
  }

  @Test
  void aBusyMomentStartsTheWindowAnew() {
    lookAtFleet(0, "i-2", 19, 0.01);
    lookAtFleet(30, "i-2", 19, 0.2);

    assertThat(lookAtFleet(60, "i-2", 19, 0.01)).isEmpty();
  }

  @Test
  void thoseThatStayDoNotFollowThoseThatLeftOnTheirOldShare() {
    // Four nodes' work on 19 nodes. By chance the fourth gets less than its share for a while, and
    // just then the 15 youngest leave: what it measured is still the share of one in 19.
    double unlucky = 2.9 * 0.7 / 19;
    lookAtFleet(0, "i-4", 19, unlucky);
    lookAtFleet(45, "i-4", 19, unlucky);

    assertThat(lookAtFleet(60, "i-4", 4, 0.2)).isEmpty();
    assertThat(lookAtFleet(75, "i-4", 4, 0.4)).isEmpty();
    assertThat(lookAtFleet(105, "i-4", 4, 0.69)).isEmpty();
    assertThat(lookAtFleet(165, "i-4", 4, 0.69)).isEmpty();
  }

  @Test
  void anUnknownShareAndAnUnknownRankAreNoReasonToLeave() {
    Situation young =
        new Situation(
            T0,
            "i-9",
            receiving(0, 0, 0),
            Optional.empty(),
            Optional.of(Nodes.fleet(9)),
            OptionalDouble.empty(),
            OptionalInt.empty(),
            T0,
            false);
    assertThat(policy.judge(young, Evidence.none().withSurplus(T0.minusSeconds(600), 9)).leave())
        .isEmpty();

    lookAtFleet(0, "i-unknown", 19, 0);
    assertThat(lookAtFleet(60, "i-unknown", 19, 0)).isEmpty();
  }

  @Test
  void nodesThatShutDownDoNotCount() {
    List<Fleet.Node> fleet = new ArrayList<>(Nodes.fleet(1));
    fleet.add(new Fleet.Node("i-0", 7, Fleet.State.SHUTTING_DOWN, T0.minusSeconds(900), ""));
    lookAtFleet(0, "i-1", fleet, 0, 0);

    assertThat(lookAtFleet(60, "i-1", fleet, 0, 0)).isEmpty();
  }

  @Test
  void nodesOfOneAgeAreRankedByTheirIds() {
    List<Fleet.Node> twins =
        List.of(
            new Fleet.Node("i-b", 1, Fleet.State.RUNNING, T0, ""),
            new Fleet.Node("i-a", 2, Fleet.State.RUNNING, T0, ""));
    lookAtFleet(0, "i-a", twins, 0, 0);
    assertThat(lookAtFleet(60, "i-a", twins, 0, 0)).isEmpty();

    lookAtFleet(0, "i-b", twins, 0, 0);
    assertThat(lookAtFleet(60, "i-b", twins, 0, 0)).isPresent();
  }

  @Test
  void aSurplusNodeFinishesWhatItHoldsFirst() {
    List<Fleet.Node> fleet = Nodes.fleet(2);
    lookAtFleet(0, "i-2", fleet, 0, 0);

    assertThat(lookAtFleet(60, "i-2", fleet, 0, 1)).isEmpty();
    assertThat(lookAtFleet(75, "i-2", fleet, 0, 0)).isPresent();
  }

  @Test
  void theOldestMinWorkersAreNeverSurplus() {
    policy = new IdlePolicy(Nodes.settings(3));
    lookAtFleet(0, "i-3", 10, 0);
    assertThat(lookAtFleet(60, "i-3", 10, 0)).isEmpty();

    lookAtFleet(0, "i-4", 10, 0);
    assertThat(lookAtFleet(60, "i-4", 10, 0)).isPresent();
  }

  private Optional<Leave> emptyFor60s(String self, Optional<List<Fleet.Node>> fleet) {
    evidence = Evidence.none();
    OptionalDouble young = OptionalDouble.empty();
    judge(0, self, receiving(0, 2, 0), Optional.of(EMPTY), fleet, young);
    return judge(60, self, receiving(60, 5, 0), Optional.of(EMPTY), fleet, young);
  }

  private Optional<Leave> look(int second, ReceiveStatus receiving, QueueCounts counts) {
    return judge(
        second,
        "i-1",
        receiving,
        Optional.ofNullable(counts),
        Optional.empty(),
        OptionalDouble.empty());
  }

  private Optional<Leave> lookAtFleet(int second, String self, int nodes, double share) {
    return lookAtFleet(second, self, Nodes.fleet(nodes), share, 0);
  }

  private Optional<Leave> lookAtFleet(
      int second, String self, List<Fleet.Node> nodes, double share, int held) {
    if (second == 0) {
      evidence = Evidence.none();
    }
    return judge(
        second,
        self,
        receiving(second, 0, held),
        Optional.empty(),
        Optional.of(nodes),
        OptionalDouble.of(share));
  }

  private Optional<Leave> judge(
      int second,
      String self,
      ReceiveStatus receiving,
      Optional<QueueCounts> counts,
      Optional<List<Fleet.Node>> fleet,
      OptionalDouble share) {
    Situation seen =
        new Situation(
            T0.plusSeconds(second), self, receiving, counts, fleet, share, warm, T0, false);
    IdlePolicy.Judgement judgement = policy.judge(seen, evidence);
    evidence = judgement.evidence();
    return judgement.leave();
  }

  private static ReceiveStatus receiving(int lastSuccess, int emptyInARow, int held) {
    return new ReceiveStatus(T0.plusSeconds(lastSuccess), emptyInARow, held);
  }
}
