package dev.argus.scaling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.ports.Fleet;
import dev.argus.ports.Fleet.State;
import dev.argus.protocol.NodeEvent;
import dev.argus.protocol.NodeReport;
import dev.argus.simulation.SettableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TrialsTest {
  private static final Instant T0 = SettableClock.START;
  private static final List<Fleet.Node> RUNNING = List.of(node(State.RUNNING));
  private static final List<Fleet.Node> ENDING = List.of(node(State.SHUTTING_DOWN));
  private static final List<Fleet.Node> GONE = List.of();

  private final Trials trials = new Trials();

  private static Fleet.Node node(State state) {
    return new Fleet.Node("i-1", 1, state, T0, "");
  }

  private static NodeReport report(NodeReport.State state, String reason) {
    return new NodeReport("i-1", state, reason, T0.plusSeconds(9), Duration.ofSeconds(9), 1);
  }

  private static NodeReport counted(NodeReport.State state, NodeEvent event) {
    return new NodeReport(
        "i-1", state, "", T0.plusSeconds(9), Duration.ofSeconds(9), 1, Map.of(event, 1L));
  }

  @Test
  void aLaunchHasSucceededWhenItsNodeAnswersAPhotoAndOnlyOnce() {
    trials.launched("i-1", T0);
    trials.reported(report(NodeReport.State.READY, ""));
    assertThat(trials.answered("i-1")).contains(T0);
    assertThat(trials.answered("i-1")).isEmpty();
    assertThat(trials.settle(GONE)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(
      value = NodeReport.State.class,
      names = {"WORKING", "DRAINING"})
  void orWhenItSaysThatItServedOtherWebNodes(NodeReport.State state) {
    trials.launched("i-1", T0);
    trials.settle(RUNNING);
    assertThat(trials.counted(counted(state, NodeEvent.SERVED))).contains(T0);
    assertThat(trials.settle(ENDING)).isEmpty();
  }

  @Test
  void whateverElseItCountedIsNoService() {
    trials.launched("i-1", T0);
    assertThat(trials.counted(counted(NodeReport.State.WORKING, NodeEvent.FAILED_ATTEMPT)))
        .isEmpty();
    assertThat(trials.counted(counted(NodeReport.State.FAILED, NodeEvent.SERVED))).isEmpty();
    assertThat(trials.settle(ENDING)).hasSize(1);
  }

  @Test
  void aNodeThatSaysThatItFailedDidNotServe() {
    trials.launched("i-1", T0);
    assertThat(trials.reported(report(NodeReport.State.FAILED, "its model did not load")))
        .contains(new Trials.Failed(T0, "node i-1 failed: its model did not load"));
    assertThat(trials.settle(GONE)).isEmpty();
  }

  @Test
  void soDidOneThatAnotherControllerLaunched() {
    assertThat(trials.reported(report(NodeReport.State.FAILED, "no disk")))
        .contains(new Trials.Failed(T0, "node i-1 failed: no disk"));
  }

  @Test
  void aNodeThatIsGoneWithoutAWordBeforeItServedDidNotServe() {
    trials.launched("i-1", T0);
    assertThat(trials.settle(RUNNING)).isEmpty();
    assertThat(trials.settle(GONE))
        .containsExactly(new Trials.Failed(T0, "node i-1 was gone before it was ready"));
    assertThat(trials.settle(GONE)).isEmpty();
  }

  @Test
  void soDidOneThatIsKilledByItsFirstPhoto() {
    trials.launched("i-1", T0);
    trials.settle(RUNNING);
    trials.reported(report(NodeReport.State.READY, ""));
    assertThat(trials.settle(ENDING))
        .containsExactly(new Trials.Failed(T0, "node i-1 was gone before it had answered a photo"));
  }

  @Test
  void aNodeThatLeavesInOrderOrThatTheControllerEndsIsNotBlamed() {
    trials.launched("i-1", T0);
    trials.settle(RUNNING);
    trials.reported(report(NodeReport.State.DRAINING, "nothing to do"));
    assertThat(trials.settle(ENDING)).isEmpty();

    trials.launched("i-1", T0);
    trials.settle(RUNNING);
    trials.ended("i-1");
    assertThat(trials.settle(GONE)).isEmpty();
  }

  @Test
  void aNodeThatEc2DoesNotShowYetIsNotGone() {
    trials.launched("i-1", T0);
    assertThat(trials.settle(GONE)).isEmpty();
    trials.forgetUnseen(T0.plusSeconds(1));
    trials.settle(RUNNING);
    assertThat(trials.settle(GONE)).isEmpty();
  }
}
