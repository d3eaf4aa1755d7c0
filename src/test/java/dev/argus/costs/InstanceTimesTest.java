package dev.argus.costs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.ports.Fleet;
import dev.argus.ports.Fleet.State;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class InstanceTimesTest {
  private static final Instant T0 = Instant.parse("2026-01-31T08:00:00Z");
  private static final InstanceKind SPOT = new InstanceKind("c7i.large", "spot");
  private static final InstanceKind FULL = new InstanceKind("c7i.large", "on-demand");

  private final InstanceTimes times = new InstanceTimes();

  private static Fleet.Node node(String id, State state, Instant launchedAt, String purchase) {
    return new Fleet.Node(id, 1, state, launchedAt, "", "c7i.large", purchase);
  }

  private static Fleet.Node running(String id) {
    return node(id, State.RUNNING, T0, "on-demand");
  }

  @Test
  void anInstanceRanFromItsLaunchUntilItWasLastSeenAndForAMinuteAtLeast() {
    times.seen(T0.plusSeconds(5), List.of(running("i-1")));
    assertThat(times.seconds()).isEqualTo(Map.of(FULL, 60L));
    times.seen(T0.plusSeconds(90), List.of(running("i-1")));
    assertThat(times.seconds()).isEqualTo(Map.of(FULL, 90L));
    times.seen(T0.plusSeconds(100), List.of());
    times.seen(T0.plusSeconds(9000), List.of());
    assertThat(times.seconds()).isEqualTo(Map.of(FULL, 90L));
  }

  @Test
  void kindsAreCountedApart() {
    times.seen(
        T0.plusSeconds(100), List.of(running("i-1"), node("i-2", State.PENDING, T0, "spot")));
    assertThat(times.seconds()).isEqualTo(Map.of(FULL, 100L, SPOT, 100L));
  }

  @Test
  void oneThatShutsDownIsNotBilledAnyMoreHoweverLongItIsShown() {
    times.seen(T0.plusSeconds(100), List.of(running("i-1")));
    for (int i = 2; i < 20; i++) {
      times.seen(
          T0.plusSeconds(100L * i), List.of(node("i-1", State.SHUTTING_DOWN, T0, "on-demand")));
    }
    assertThat(times.seconds()).isEqualTo(Map.of(FULL, 100L));
  }

  @Test
  void oneThatEc2LeavesOutOnceIsNotCountedTwice() {
    times.seen(T0.plusSeconds(100), List.of(running("i-1")));
    times.seen(T0.plusSeconds(102), List.of());
    times.seen(T0.plusSeconds(104), List.of(running("i-1")));
    assertThat(times.seconds()).isEqualTo(Map.of(FULL, 104L));
  }

  @Test
  void theAccountGoesOnInAnotherProcessHoweverLongNobodyLooked() {
    times.seen(T0.plusSeconds(100), List.of(running("i-1"), running("i-2")));
    InstanceTimes next = InstanceTimes.from(times.toJson());
    assertThat(next.seconds()).isEqualTo(times.seconds());

    Instant later = T0.plus(Duration.ofHours(1));
    next.seen(later, List.of(running("i-1")));

    assertThat(next.seconds()).isEqualTo(Map.of(FULL, 3600L + 100));
    assertThat(InstanceTimes.from(next.toJson()).seconds()).isEqualTo(next.seconds());
  }
}
