package dev.argus.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.ports.Acknowledgement;
import dev.argus.ports.Delivery;
import dev.argus.ports.QueueCounts;
import dev.argus.protocol.WireMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SimulatedQueueTest {
  private static final Duration VISIBILITY = Duration.ofSeconds(30);
  private static final Duration WAIT = Duration.ofSeconds(20);

  private final VirtualTime time = new VirtualTime();
  private final List<List<Delivery>> received = new ArrayList<>();

  private SimulatedQueue queue(Duration late, double wrong, double duplicates) {
    return new SimulatedQueue(
        "q",
        time,
        new SimulatedQueue.Traits(VISIBILITY, Duration.ZERO, late, wrong, duplicates),
        new Randomness(1));
  }

  private SimulatedQueue queue() {
    return queue(Duration.ZERO, 0, 0);
  }

  private void pass(Duration more) {
    time.run(time.nanos() + more.toNanos(), () -> false);
  }

  private static void send(SimulatedQueue queue, int count) {
    for (int i = 0; i < count; i++) {
      queue.send(new WireMessage(Integer.toString(i), Map.of()));
    }
  }

  private static QueueCounts counts(SimulatedQueue queue) {
    return queue.counts().toCompletableFuture().join();
  }

  @Test
  void aLongPollReturnsAtOnceWhenAMessageComesAndEmptyWhenNoneDoes() {
    SimulatedQueue queue = queue();
    queue.receive(10, WAIT, received::add);
    pass(Duration.ofSeconds(19));
    assertThat(received).isEmpty();
    send(queue, 1);
    pass(Duration.ZERO);
    assertThat(received).singleElement().satisfies(batch -> assertThat(batch).hasSize(1));

    queue.receive(10, WAIT, received::add);
    pass(WAIT);
    assertThat(received.get(1)).isEmpty();
  }

  @Test
  void thoseWhoWaitShareABurstEvenly() {
    SimulatedQueue queue = queue();
    for (int i = 0; i < 5; i++) {
      queue.receive(10, WAIT, received::add);
    }
    send(queue, 20);
    pass(Duration.ZERO);
    assertThat(received).hasSize(5).allSatisfy(batch -> assertThat(batch).hasSize(4));
  }

  @Test
  void aPollThatIsCancelledTakesNothing() {
    SimulatedQueue queue = queue();
    queue.receive(10, WAIT, received::add).cancel();
    send(queue, 1);
    pass(WAIT);
    assertThat(received).isEmpty();
    assertThat(counts(queue)).isEqualTo(new QueueCounts(1, 0));
  }

  @Test
  void whatIsNotDeletedComesAgainAndItsOldReceiptIsStale() {
    SimulatedQueue queue = queue();
    send(queue, 1);
    queue.receive(1, WAIT, received::add);
    pass(Duration.ZERO);
    Delivery first = received.get(0).get(0);
    assertThat(counts(queue)).isEqualTo(new QueueCounts(0, 1));

    pass(VISIBILITY);
    assertThat(counts(queue)).isEqualTo(new QueueCounts(1, 0));
    queue.receive(1, WAIT, received::add);
    pass(Duration.ZERO);
    Delivery second = received.get(1).get(0);
    assertThat(second.messageId()).isEqualTo(first.messageId());
    assertThat(second.receiveCount()).isEqualTo(2);

    assertThat(queue.act(Acknowledgement.delete(first))).isInstanceOf(Acknowledgement.Stale.class);
    assertThat(queue.act(Acknowledgement.delete(second)))
        .isInstanceOf(Acknowledgement.Delete.class);
    assertThat(counts(queue).isEmpty()).isTrue();
    pass(VISIBILITY);
    assertThat(counts(queue).isEmpty()).isTrue();
  }

  @Test
  void aLeaseCanBeRenewedAndGivenBack() {
    SimulatedQueue queue = queue();
    send(queue, 1);
    queue.receive(1, WAIT, received::add);
    pass(Duration.ofSeconds(20));
    Delivery delivery = received.get(0).get(0);
    queue.act(Acknowledgement.extend(delivery, VISIBILITY));
    pass(Duration.ofSeconds(20));
    assertThat(counts(queue)).isEqualTo(new QueueCounts(0, 1));
    queue.act(Acknowledgement.giveBack(delivery));
    assertThat(counts(queue)).isEqualTo(new QueueCounts(1, 0));
    assertThat(queue.act(Acknowledgement.extend(delivery, VISIBILITY)))
        .isInstanceOf(Acknowledgement.Stale.class);
    queue.act(Acknowledgement.delete(delivery)); // not received again: the receipt still deletes
    assertThat(counts(queue).isEmpty()).isTrue();
  }

  @Test
  void theOrderIsNearlyThatOfSending() {
    SimulatedQueue queue = queue();
    for (int i = 0; i < 1_000; i++) {
      queue.send(new WireMessage(Integer.toString(i), Map.of()));
      pass(Duration.ofMillis(20));
    }
    for (int i = 0; i < 100; i++) {
      queue.receive(10, WAIT, received::add);
      pass(Duration.ZERO);
    }
    List<Integer> order =
        received.stream()
            .flatMap(List::stream)
            .map(d -> Integer.valueOf(d.message().body()))
            .toList();
    assertThat(order).hasSize(1_000).doesNotHaveDuplicates();
    assertThat(order).isNotEqualTo(order.stream().sorted().toList());
    for (int i = 0; i < order.size(); i++) {
      assertThat(order.get(i)).isBetween(i - 100, i + 100);
    }
  }

  @Test
  void aDuplicateIsDeliveredToTwo() {
    SimulatedQueue queue = queue(Duration.ZERO, 0, 1);
    send(queue, 1);
    queue.receive(1, WAIT, received::add);
    queue.receive(1, WAIT, received::add);
    pass(Duration.ofSeconds(1));
    Set<String> ids = new HashSet<>();
    received.forEach(batch -> batch.forEach(d -> ids.add(d.messageId())));
    assertThat(received).hasSize(2);
    assertThat(ids).hasSize(1);
  }

  @Test
  void countsAreLateAndWrongWithinTheirBounds() {
    SimulatedQueue queue = queue(Duration.ofSeconds(60), 0.2, 0);
    pass(Duration.ofMinutes(5));
    send(queue, 1_000);
    pass(Duration.ofSeconds(30));
    Set<Integer> seen = new HashSet<>();
    for (int i = 0; i < 200; i++) {
      int visible = counts(queue).visible();
      seen.add(visible);
      assertThat(visible)
          .satisfiesAnyOf(v -> assertThat(v).isZero(), v -> assertThat(v).isBetween(800, 1_200));
    }
    assertThat(seen).contains(0).hasSizeGreaterThan(20);
    pass(Duration.ofSeconds(61));
    for (int i = 0; i < 200; i++) {
      assertThat(counts(queue).visible()).isBetween(800, 1_200);
    }
    assertThat(queue.trueCounts()).isEqualTo(new QueueCounts(1_000, 0));
  }
}
