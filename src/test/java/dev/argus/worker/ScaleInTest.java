package dev.argus.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.ports.Fleet;
import dev.argus.ports.QueueCounts;
import dev.argus.simulation.SettableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Nineteen nodes under steady work, in virtual time: each photo goes to a node at random, as SQS
 * hands it to any poller, takes 250 ms there, and each node decides by itself whether to leave.
 */
class ScaleInTest {
  private static final Duration SERVICE = Duration.ofMillis(250);
  private static final Duration RECEIVE_WAIT = Duration.ofSeconds(20);
  private static final Duration WATCHDOG = Duration.ofSeconds(5);

  private final IdlePolicy policy = new IdlePolicy(Nodes.settings(0));
  private final SettableClock clock = new SettableClock();
  private final List<SimulatedNode> nodes = new ArrayList<>();

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void nineteenNodesUnderOnePhotoASecondBecomeOne(long seed) {
    start(seed);
    int stepsUntilOne = 0;
    for (int second = 1; second <= 1800; second++) {
      step(1, Duration.ofSeconds(1));
      assertThat(nodes).isNotEmpty();
      if (nodes.size() > 1) {
        stepsUntilOne = second;
      }
    }

    assertThat(nodes).hasSize(1);
    assertThat(stepsUntilOne).as("seconds until one node was left").isLessThan(300);
    assertThat(nodes.get(0).self.id()).isEqualTo("i-1");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void asManyNodesStayAsTenPhotosASecondNeed(long seed) {
    start(seed);
    for (int second = 1; second <= 1800; second++) {
      step(10, Duration.ofSeconds(1));
      // Ten photos a second are 2.5 nodes' work.
      assertThat(nodes).hasSizeGreaterThanOrEqualTo(3);
    }

    assertThat(nodes).hasSizeLessThanOrEqualTo(5);
  }

  @Test
  void underFullLoadNoneLeaves() {
    start(1);
    for (int step = 0; step < 4 * 1800; step++) {
      for (SimulatedNode node : nodes) {
        node.work(clock.instant());
      }
      step(0, SERVICE);
    }

    assertThat(nodes).hasSize(19);
  }

  @Test
  void withoutWorkAllLeave() {
    start(1);
    for (int second = 1; second <= 180; second++) {
      step(0, Duration.ofSeconds(1));
    }

    assertThat(nodes).isEmpty();
  }

  private Random photos;

  private void start(long seed) {
    photos = new Random(seed);
    Nodes.fleet(19).forEach(node -> nodes.add(new SimulatedNode(node)));
  }

  private void step(int arriving, Duration time) {
    Instant now = clock.advance(time);
    for (int i = 0; i < arriving; i++) {
      nodes.get(photos.nextInt(nodes.size())).work(now);
    }
    List<Fleet.Node> fleet = nodes.stream().map(node -> node.self).toList();
    nodes.removeIf(node -> node.leaves(now, fleet));
  }

  private final class SimulatedNode {
    final Fleet.Node self;
    private final BusyShare busyShare =
        new BusyShare(Duration.ofSeconds(60), 1, SettableClock.START);
    private Evidence evidence = Evidence.none();
    private Instant lastPhoto = SettableClock.START;
    private Instant nextLook;
    private int looks;

    SimulatedNode(Fleet.Node self) {
      this.self = self;
      // Nodes do not look in step.
      this.nextLook = SettableClock.START.plusMillis(1000L * self.number() % 5000);
    }

    void work(Instant now) {
      busyShare.add(now, SERVICE);
      lastPhoto = now;
    }

    boolean leaves(Instant now, List<Fleet.Node> fleet) {
      if (now.isBefore(nextLook)) {
        return false;
      }
      nextLook = nextLook.plus(WATCHDOG);
      int empty = (int) Duration.between(lastPhoto, now).dividedBy(RECEIVE_WAIT);
      ReceiveStatus receiving = new ReceiveStatus(now, empty, 0);
      OptionalDouble share = busyShare.at(now);
      boolean readsFleet =
          ++looks % 3 == 0 && policy.needsFleet(share, OptionalInt.empty(), evidence, now);
      IdlePolicy.Judgement judgement =
          policy.judge(
              new Situation(
                  now,
                  self.id(),
                  receiving,
                  policy.needsCounts(receiving)
                      ? Optional.of(new QueueCounts(0, 0))
                      : Optional.empty(),
                  readsFleet ? Optional.of(fleet) : Optional.empty(),
                  share,
                  OptionalInt.empty(),
                  now,
                  false),
              evidence);
      evidence = judgement.evidence();
      return judgement.leave().isPresent();
    }
  }
}
