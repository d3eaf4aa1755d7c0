package dev.argus.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.argus.ports.Fleet;
import dev.argus.ports.LaunchFailedException;
import dev.argus.ports.NoCapacityException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class SimulatedFleetTest {
  private static final Duration BOOT = Duration.ofSeconds(45);

  private final VirtualTime time = new VirtualTime();
  private final List<String> events = new ArrayList<>();
  private final List<Instance> started = new ArrayList<>();

  private SimulatedFleet fleet(int limit, Faults faults) {
    return new SimulatedFleet(
        time,
        new SimulatedFleet.Traits(new Lognormal(BOOT, 0), limit, "responses", faults),
        new Randomness(1),
        instance ->
            new Machine() {
              @Override
              public void interrupt(Instant by) {
                events.add("interrupted, by " + Duration.between(time.instant(), by));
              }

              @Override
              public void stop() {
                events.add("stopped");
              }
            },
        new SimulatedFleet.Listener() {
          @Override
          public void launched(Instance instance) {
            started.add(instance);
          }

          @Override
          public void booted(Instance instance) {
            events.add("booted at " + time.instant());
          }

          @Override
          public void ended(Instance instance) {
            events.add("ended");
          }

          @Override
          public void gone(Instance instance) {
            events.add("gone");
          }
        });
  }

  private void pass(Duration more) {
    time.run(time.nanos() + more.toNanos(), () -> false);
  }

  private static List<Fleet.State> states(SimulatedFleet fleet) {
    return nodes(fleet).stream().map(Fleet.Node::state).toList();
  }

  private static List<Fleet.Node> nodes(SimulatedFleet fleet) {
    return fleet.nodes().toCompletableFuture().join();
  }

  private static CompletableFuture<Fleet.Node> launch(SimulatedFleet fleet, int number) {
    return fleet.launch(number, "argus-" + number + ".sim").toCompletableFuture();
  }

  @Test
  void anInstanceWalksThroughItsStatesAndIsBilledUntilItShutsDown() {
    SimulatedFleet fleet = fleet(10, Faults.none());
    Fleet.Node node = launch(fleet, 1).join();
    assertThat(states(fleet)).containsExactly(Fleet.State.PENDING);
    pass(BOOT);
    assertThat(states(fleet)).containsExactly(Fleet.State.RUNNING);
    assertThat(events).containsExactly("booted at 2026-01-01T00:00:45Z");

    pass(Duration.ofMillis(54_001));
    fleet.terminate(node.id());
    fleet.terminate(node.id());
    assertThat(states(fleet)).containsExactly(Fleet.State.SHUTTING_DOWN);
    pass(Duration.ofMinutes(1));
    assertThat(nodes(fleet)).isEmpty();
    assertThat(events).endsWith("stopped", "ended", "gone").hasSize(4);
    assertThat(started.get(0).billedSeconds(time.nanos())).isEqualTo(100); // 99.001, rounded up
  }

  @Test
  void aShortLifeIsBilledAMinute() {
    SimulatedFleet fleet = fleet(10, Faults.none());
    fleet.terminate(launch(fleet, 1).join().id());
    pass(Duration.ofMinutes(5));
    assertThat(started.get(0).billedSeconds(time.nanos())).isEqualTo(60);
    assertThat(events).doesNotContain("booted at 2026-01-01T00:00:45Z");
  }

  @Test
  void oneTokenStartsOneInstance() {
    SimulatedFleet fleet = fleet(10, Faults.none());
    assertThat(launch(fleet, 1).join()).isEqualTo(launch(fleet, 1).join());
    assertThat(started).hasSize(1);
    fleet.terminate(started.get(0).id());
    assertThat(launch(fleet, 1).join().state()).isEqualTo(Fleet.State.SHUTTING_DOWN);
  }

  @Test
  void noMoreThanTheAccountMayHaveAreStarted() {
    SimulatedFleet fleet = fleet(2, Faults.none());
    launch(fleet, 1).join();
    launch(fleet, 2).join();
    assertThatThrownBy(() -> launch(fleet, 3).join()).hasCauseInstanceOf(NoCapacityException.class);
  }

  @Test
  void launchesAreRefusedOrNeverComeUpInTheirShares() {
    SimulatedFleet fleet =
        fleet(
            10_000,
            new Faults(Duration.ZERO, 0, 0, 0.1, 0, 0.2, false, Duration.ofSeconds(5), false, 0));
    int refused = 0;
    for (int i = 1; i <= 2_000; i++) {
      refused += launch(fleet, i).isCompletedExceptionally() ? 1 : 0;
    }
    assertThat(nodes(fleet)).isEmpty(); // not shown yet
    pass(Duration.ofMinutes(2));
    assertThat(refused).isBetween(150, 250);
    assertThat(nodes(fleet)).hasSize(2_000 - refused);
    assertThat((double) events.size() / started.size()).isCloseTo(0.8, within(0.05));
  }

  @Test
  void throttledLaunchesComeLateOrFail() {
    SimulatedFleet fleet =
        fleet(100, new Faults(Duration.ZERO, 0, 0, 0, 0, 0, true, Duration.ZERO, false, 0));
    List<CompletableFuture<Fleet.Node>> calls = new ArrayList<>();
    for (int i = 1; i <= 20; i++) {
      calls.add(launch(fleet, i));
    }
    assertThat(calls.stream().filter(CompletableFuture::isDone)).hasSize(5 + 9);
    pass(Duration.ofSeconds(3));
    assertThat(started).hasSize(11); // a bucket of five, and two a second for three seconds
    assertThat(calls.get(19))
        .failsWithin(Duration.ZERO)
        .withThrowableThat()
        .withCauseInstanceOf(LaunchFailedException.class)
        .withMessageContaining("request limit");
  }

  @Test
  void spotInstancesAreTakenAwayTwoMinutesAfterTheNotice() {
    SimulatedFleet fleet =
        fleet(100, new Faults(Duration.ZERO, 0, 0, 0, 0, 0, false, Duration.ZERO, true, 1));
    launch(fleet, 1).join();
    assertThat(nodes(fleet).get(0).purchase()).isEqualTo("spot");
    pass(Duration.ofHours(24));
    assertThat(events).containsSubsequence("interrupted, by PT2M", "stopped", "ended", "gone");
    assertThat(nodes(fleet)).isEmpty();
  }
}
