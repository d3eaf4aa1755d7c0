package dev.argus.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.ports.Fleet;
import dev.argus.ports.Fleet.State;
import dev.argus.ports.QueueCounts;
import dev.argus.simulation.SettableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/**
 * Many idle nodes judge at the same moments, each with a view of its own of what EC2 shows: nodes
 * are missing from it, nodes that are gone are still shown as running, and states lag behind.
 */
class MinWorkersPropertyTest {
  private static final Instant NOW = SettableClock.START;
  private static final Instant LONG_AGO = NOW.minus(Duration.ofHours(1));
  private static final int ROUNDS = 12;

  /** One for each minimum: reading the settings is slow. */
  private static final List<IdlePolicy> POLICIES =
      IntStream.rangeClosed(0, 6).mapToObj(min -> new IdlePolicy(Nodes.settings(min))).toList();

  @Property(tries = 1000)
  void howeverStaleTheirViewsTheOldestMinimumStays(
      @ForAll @IntRange(min = 1, max = 25) int size,
      @ForAll @IntRange(min = 1, max = 6) int min,
      @ForAll long seed) {
    Run run = new Run(size, min, seed);
    for (int round = 0; round < ROUNDS; round++) {
      run.allJudge();
    }
    assertThat(run.alive).containsAll(run.oldest(min));
  }

  @Property(tries = 1000)
  void noMoreAreMissingThanWereTakenFromOutside(
      @ForAll @IntRange(min = 1, max = 25) int size,
      @ForAll @IntRange(min = 1, max = 6) int min,
      @ForAll @IntRange(min = 0, max = 8) int killed,
      @ForAll long seed) {
    Run run = new Run(size, min, seed);
    int taken = 0;
    for (int round = 0; round < ROUNDS; round++) {
      if (taken < killed && run.random.nextBoolean() && run.killOne()) {
        taken++;
      }
      run.allJudge();
    }
    assertThat(run.alive).hasSizeGreaterThanOrEqualTo(Math.min(min, size) - taken);
  }

  @Property(tries = 500)
  void withViewsThatAreTrueExactlyTheMinimumStays(
      @ForAll @IntRange(min = 1, max = 25) int size,
      @ForAll @IntRange(min = 1, max = 6) int min,
      @ForAll long seed) {
    Run run = new Run(size, min, seed);
    run.truthful = true;
    run.allJudge();
    assertThat(run.alive).containsExactlyInAnyOrderElementsOf(run.oldest(min));
  }

  private static final class Run {
    final Random random;
    final IdlePolicy policy;
    final List<Fleet.Node> everyone = new ArrayList<>();
    final Set<Fleet.Node> alive = new HashSet<>();
    boolean truthful;

    Run(int size, int min, long seed) {
      random = new Random(seed);
      policy = POLICIES.get(min);
      for (int n = 0; n < size; n++) {
        // Few different launch times: ids must break ties.
        Instant launched = LONG_AGO.plusSeconds(random.nextInt(1 + size / 3));
        everyone.add(new Fleet.Node("i-" + n, n, State.RUNNING, launched, ""));
      }
      alive.addAll(everyone);
    }

    /** All that are alive decide on what they see now; only then those who leave are gone. */
    void allJudge() {
      Map<Fleet.Node, Boolean> decided = new HashMap<>();
      alive.forEach(node -> decided.put(node, leaves(node)));
      alive.removeIf(decided::get);
    }

    boolean killOne() {
      List<Fleet.Node> candidates = new ArrayList<>(alive);
      return !candidates.isEmpty()
          && alive.remove(candidates.get(random.nextInt(candidates.size())));
    }

    List<Fleet.Node> oldest(int count) {
      return everyone.stream()
          .sorted(Comparator.comparing(Fleet.Node::launchedAt).thenComparing(Fleet.Node::id))
          .limit(count)
          .toList();
    }

    private boolean leaves(Fleet.Node self) {
      boolean surplus = random.nextBoolean();
      Evidence before =
          surplus
              ? Evidence.none().withSurplus(LONG_AGO, everyone.size())
              : Evidence.none().withEmptySince(Optional.of(LONG_AGO));
      return policy
          .judge(
              new Situation(
                  NOW,
                  self.id(),
                  new ReceiveStatus(NOW, surplus ? 0 : 9, 0),
                  Optional.of(new QueueCounts(0, 0)),
                  Optional.of(view()),
                  surplus ? OptionalDouble.of(0) : OptionalDouble.empty(),
                  OptionalInt.empty(),
                  NOW,
                  false),
              before)
          .leave()
          .isPresent();
    }

    private List<Fleet.Node> view() {
      List<Fleet.Node> shown = new ArrayList<>();
      for (Fleet.Node node : everyone) {
        if (truthful) {
          if (alive.contains(node)) {
            shown.add(node);
          }
        } else if (random.nextInt(4) > 0) {
          State state = State.values()[random.nextInt(State.values().length)];
          shown.add(new Fleet.Node(node.id(), node.number(), state, node.launchedAt(), ""));
        }
      }
      return shown;
    }
  }
}
