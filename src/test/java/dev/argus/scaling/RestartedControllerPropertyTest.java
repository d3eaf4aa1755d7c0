package dev.argus.scaling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.ports.Fleet;
import dev.argus.ports.QueueCounts;
import dev.argus.scaling.LaunchBook.Launch;
import dev.argus.simulation.InMemoryFleet;
import dev.argus.simulation.SettableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletionException;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/**
 * A controller that is killed and started again at any point, before, between and after its calls,
 * while EC2 shows nodes late, refuses launches, loses answers and nodes come to their end.
 */
class RestartedControllerPropertyTest {
  private static final int MAX = 5;
  private static final int STEPS = 150;

  private final SettableClock clock = new SettableClock();
  private final InMemoryFleet fleet = new InMemoryFleet(clock);
  private final Map<Integer, LaunchNotes.Note> notes = new HashMap<>();
  private Random random;
  private Controller controller;

  @Property(tries = 300)
  void neverHasMoreThanTheMaximum(@ForAll long seed) {
    random = new Random(seed);
    fleet.showAfter(Duration.ofSeconds(random.nextInt(55)));
    start();
    for (int step = 0; step < STEPS; step++) {
      clock.advance(Duration.ofMillis(random.nextInt(chance(10) ? 60_000 : 4_000)));
      fleet.loseAnswers(chance(20));
      fleet.failLaunches(chance(20) ? "InsufficientInstanceCapacity" : "");
      if (chance(15)) {
        fleet.existing().stream().findAny().map(Fleet.Node::id).ifPresent(fleet::remove);
      }
      if (chance(10) || !look()) {
        start();
      }

      assertThat(fleet.existing()).hasSizeLessThanOrEqualTo(MAX);
    }
    assertThat(fleet.launchCalls()).isNotEmpty();
  }

  private void start() {
    controller =
        new Controller(
            Settings.withMax(MAX),
            new BacklogPolicy(),
            "argus",
            InMemoryFleet.RESPONSES,
            random,
            clock.instant());
    controller.restore(List.copyOf(notes.values()), clock.instant());
  }

  /** One look, and the launches that it planned; false if the controller died over them. */
  private boolean look() {
    Instant now = clock.instant();
    int work = random.nextInt(400);
    controller.step(
        now, new Lookout.Sight(now, new QueueCounts(work, 0), fleet.shown(), List.of()), 0);
    for (var next = controller.nextLaunch(now);
        next.isPresent();
        next = controller.nextLaunch(now)) {
      Launch launch = next.get();
      notes.put(
          launch.number(),
          new LaunchNotes.Note(launch.number(), Optional.of(launch.clientToken()), now));
      if (chance(10)) {
        return false; // noted, not called
      }
      if (controller.callLaunch(launch, now) && !call(launch, now)) {
        return false; // called, its answer not heard
      }
    }
    return true;
  }

  private boolean call(Launch launch, Instant now) {
    try {
      Fleet.Node node =
          fleet.launch(launch.number(), launch.clientToken()).toCompletableFuture().join();
      if (chance(10)) {
        return false;
      }
      controller.launchAccepted(launch, node, now);
    } catch (CompletionException e) {
      controller.launchFailed(launch, now, e.getCause(), now);
    }
    return true;
  }

  private boolean chance(int percent) {
    return random.nextInt(100) < percent;
  }
}
