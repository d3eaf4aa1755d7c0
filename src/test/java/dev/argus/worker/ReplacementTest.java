package dev.argus.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.ports.Fleet;
import dev.argus.ports.QueueCounts;
import dev.argus.simulation.SettableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Idle nodes that {@code min-workers} keeps, after an update. */
class ReplacementTest {
  private static final Instant T0 = SettableClock.START;
  private static final Duration LOOK = Duration.ofSeconds(15);
  private static final Duration BOOT = Duration.ofMinutes(4); // a slow one
  private static final int MIN = 3;

  private final IdlePolicy policy = new IdlePolicy(Nodes.settings(MIN));
  private final List<Fleet.Node> fleet = new ArrayList<>();
  private final Set<String> outdated = new HashSet<>();
  private Instant now = T0;
  private int launched;

  @Test
  void afterAnUpdateTheyAreReplacedOneAtATime() {
    launch(T0.minus(Duration.ofDays(3)), MIN);
    fleet.forEach(node -> outdated.add(node.id()));

    int looks = replaceAll();

    assertThat(outdated).isEmpty();
    assertThat(launched).isEqualTo(2 * MIN);
    assertThat(LOOK.multipliedBy(looks)).isLessThan(Duration.ofMinutes(30));
  }

  @Test
  void afterAWayBackThoseThatAreYoungerAreReplacedToo() {
    launch(T0.minus(Duration.ofDays(3)), 1);
    launch(T0.minus(Duration.ofHours(1)), MIN - 1);
    outdated.addAll(Set.of("i-2", "i-3"));

    replaceAll();

    assertThat(fleet).extracting(Fleet.Node::id).containsExactly("i-1", "i-4", "i-5");
  }

  @Test
  void whileOneIsMissingOrBootsTheOthersStay() {
    launch(T0.minus(Duration.ofDays(3)), MIN - 1);
    launch(T0, 1);
    fleet.forEach(node -> outdated.add(node.id()));

    for (; now.isBefore(T0.plus(Duration.ofMinutes(5))); now = now.plus(LOOK)) {
      assertThat(leaving()).as("%s", now).isEmpty();
    }
  }

  @Test
  void withoutAnUpdateTheyStay() {
    launch(T0.minus(Duration.ofDays(3)), MIN);

    for (; now.isBefore(T0.plus(Duration.ofMinutes(30))); now = now.plus(LOOK)) {
      assertThat(leaving()).as("%s", now).isEmpty();
    }
  }

  /** Until none is outdated, or for an hour; returns how many looks it took. */
  private int replaceAll() {
    int looks = 0;
    for (; !outdated.isEmpty() && looks < 240; looks++, now = now.plus(LOOK)) {
      List<Fleet.Node> leaving = leaving();
      fleet.removeAll(leaving);
      leaving.forEach(node -> outdated.remove(node.id()));
      launch(now, leaving.size());
      assertThat(fleet)
          .filteredOn(node -> node.launchedAt().isBefore(now.minus(BOOT)))
          .as("nodes that serve at %s", now)
          .hasSizeGreaterThanOrEqualTo(MIN - 1);
    }
    return looks;
  }

  /** Those that leave when all judge at this moment. */
  private List<Fleet.Node> leaving() {
    return fleet.stream().filter(this::leaves).toList();
  }

  private boolean leaves(Fleet.Node self) {
    Situation seen =
        new Situation(
            now,
            self.id(),
            new ReceiveStatus(now, 9, 0),
            Optional.of(new QueueCounts(0, 0)),
            Optional.of(List.copyOf(fleet)),
            OptionalDouble.of(0),
            OptionalInt.empty(),
            T0,
            outdated.contains(self.id()));
    Evidence idle = Evidence.none().withEmptySince(Optional.of(T0.minus(Duration.ofHours(1))));
    Optional<Leave> leave = policy.judge(seen, idle).leave();
    leave.ifPresent(why -> assertThat(why.text()).endsWith("but another release is installed now"));
    return leave.isPresent();
  }

  private void launch(Instant at, int count) {
    for (int i = 0; i < count; i++) {
      launched++;
      fleet.add(
          new Fleet.Node("i-" + launched, launched, Fleet.State.RUNNING, at.plusMillis(i), ""));
    }
  }
}
