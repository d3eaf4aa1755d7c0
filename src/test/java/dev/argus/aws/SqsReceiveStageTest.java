package dev.argus.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.argus.ports.Delivery;
import dev.argus.ports.ReceiveGate;
import dev.argus.protocol.WireMessage;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import org.apache.pekko.Done;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.KillSwitches;
import org.apache.pekko.stream.UniqueKillSwitch;
import org.apache.pekko.stream.javadsl.Keep;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class SqsReceiveStageTest {
  private static final Duration PAUSE = Duration.ofMillis(50);
  private static ActorSystem system;

  private final Queue queue = new Queue();
  private final Gate gate = new Gate();
  private final SqsSourceSettings settings =
      SqsSourceSettings.of(TestAws.settings(), Duration.ofSeconds(20), Duration.ofSeconds(30));

  @BeforeAll
  static void start() {
    system = ActorSystem.create("receive-test", TestAws.argus().config());
  }

  @AfterAll
  static void stop() {
    system.terminate();
  }

  @Test
  void doesNothingWithoutDemand() {
    source(settings).runWith(Sink.never(), system);
    await().during(Duration.ofMillis(200)).until(() -> gate.reservations.get() == 0);
  }

  @Test
  void reservesBeforeEachReceiveAndAsksForNoMoreThanTenOrTheReservation() {
    gate.batch = 3;
    var first = source(settings).runWith(Sink.head(), system);
    queue.answer(1);
    TestAws.await(first);
    gate.batch = 40;
    var second = source(settings).runWith(Sink.head(), system);
    queue.answer(1);
    TestAws.await(second);

    assertThat(queue.asked).containsExactly(3, 10);
    assertThat(gate.received).containsExactly("3: 1", "40: 1");
  }

  @Test
  void receivesSideBySideWhileReceivesComeBackFullUpToTheBound() {
    source(settings.withMaxConcurrentReceives(3)).runWith(Sink.ignore(), system);
    for (int i = 0; i < 10; i++) {
      queue.answer(10);
    }
    await().until(() -> queue.underWay() == 3);
    queue.answer(0);
    queue.answer(0);
    await().until(() -> queue.underWay() == 1);
    assertThat(queue.most).isEqualTo(3);
  }

  @Test
  void pausesLongerAfterEachFailureAndNeverFailsItself() {
    queue.automatic = max -> CompletableFuture.failedFuture(new IllegalStateException("down"));
    var head = source(pausing(PAUSE)).runWith(Sink.head(), system);
    await().until(() -> queue.receives.size() >= 4);
    // Three pauses of at least 25, 50 and 100 ms.
    assertThat(Duration.between(queue.receives.get(0), queue.receives.get(3)))
        .isGreaterThanOrEqualTo(Duration.ofMillis(170));
    assertThat(gate.failed).first().asString().contains("down");

    queue.automatic = max -> CompletableFuture.completedFuture(List.of(delivery("late")));
    assertThat(TestAws.await(head).messageId()).isEqualTo("late");
  }

  @Test
  void aQueueThatIsEmptyAtOnceIsNoBusyLoop() {
    queue.automatic = max -> CompletableFuture.completedFuture(List.of());
    source(pausing(PAUSE)).runWith(Sink.ignore(), system);
    await().until(() -> queue.receives.size() >= 4);
    assertThat(Duration.between(queue.receives.get(0), queue.receives.get(3)))
        .isGreaterThanOrEqualTo(PAUSE.multipliedBy(3).minusMillis(10));
  }

  @Test
  void afterAReceiveThatWasNotFullAPatientGateWaitsForMore() {
    gate.patient = true;
    queue.automatic = max -> CompletableFuture.completedFuture(List.of(delivery("one")));
    source(lingering(PAUSE)).runWith(Sink.ignore(), system);
    await().until(() -> queue.receives.size() >= 4);
    assertThat(Duration.between(queue.receives.get(0), queue.receives.get(3)))
        .isGreaterThanOrEqualTo(PAUSE.multipliedBy(3).minusMillis(10));
  }

  @Test
  void afterAFullReceiveAndWithoutPatienceTheNextFollowsAtOnce() {
    queue.automatic = max -> CompletableFuture.completedFuture(List.of(delivery("one")));
    source(lingering(Duration.ofHours(1))).runWith(Sink.ignore(), system);
    await().until(() -> queue.receives.size() >= 10);

    gate.patient = true;
    queue.automatic = max -> CompletableFuture.completedFuture(full(max));
    int before = queue.receives.size();
    source(lingering(Duration.ofHours(1))).runWith(Sink.ignore(), system);
    await().until(() -> queue.receives.size() >= before + 10);
  }

  private static List<Delivery> full(int max) {
    List<Delivery> batch = new ArrayList<>();
    for (int i = 0; i < max; i++) {
      batch.add(delivery("m" + i));
    }
    return batch;
  }

  private static SqsSourceSettings lingering(Duration linger) {
    return new SqsSourceSettings(
        Duration.ofSeconds(20),
        Duration.ofSeconds(30),
        1,
        Duration.ofMillis(1),
        Duration.ofSeconds(1),
        linger,
        TestAws.CALL_TIMEOUT);
  }

  @Test
  void aFailingGateIsRiddenOutLikeAFailingQueue() {
    gate.failures.set(2);
    var head = source(pausing(Duration.ofMillis(10))).runWith(Sink.head(), system);
    queue.answer(1);
    TestAws.await(head);
    assertThat(gate.reservations).hasValue(3);
  }

  @Test
  void cancelledDuringAReceiveGivesItsMessagesBackAndSettlesTheReservation() {
    Pair<UniqueKillSwitch, CompletionStage<Done>> running = run();
    await().until(() -> queue.underWay() == 1);
    running.first().shutdown();
    TestAws.await(running.second());

    queue.answer(4);

    await().until(() -> queue.givenBack.size() == 4);
    assertThat(gate.received).isEmpty();
    assertThat(gate.failed).singleElement().isInstanceOf(CancellationException.class);
  }

  @Test
  void cancelledDuringAReservationSettlesItWithoutAReceive() {
    CompletableFuture<Integer> reservation = new CompletableFuture<>();
    gate.pending = reservation;
    Pair<UniqueKillSwitch, CompletionStage<Done>> running = run();
    await().until(() -> gate.reservations.get() == 1);
    running.first().shutdown();
    TestAws.await(running.second());

    reservation.complete(10);

    await().until(() -> gate.failed.size() == 1);
    assertThat(queue.receives).isEmpty();
  }

  @Test
  void cancelledWithMessagesInItsBufferGivesThoseBackThatNobodyTook() {
    var probe = source(settings).take(1).runWith(Sink.seq(), system);
    queue.answer(10);
    TestAws.await(probe);
    await().until(() -> queue.givenBack.size() == 9);
    assertThat(gate.received).containsExactly("10: 10");
  }

  private Pair<UniqueKillSwitch, CompletionStage<Done>> run() {
    return source(settings)
        .viaMat(KillSwitches.single(), Keep.right())
        .toMat(Sink.ignore(), Keep.both())
        .run(system);
  }

  private Source<Delivery, ?> source(SqsSourceSettings settings) {
    return Source.fromGraph(new SqsReceiveStage("requests", queue, gate, settings));
  }

  private static SqsSourceSettings pausing(Duration min) {
    return new SqsSourceSettings(
        Duration.ofSeconds(20),
        Duration.ofSeconds(30),
        4,
        min,
        Duration.ofSeconds(1),
        TestAws.BATCH_LINGER,
        TestAws.CALL_TIMEOUT);
  }

  private static Delivery delivery(String id) {
    return new Delivery(id, id, 1, Instant.EPOCH, new WireMessage("body", Map.of()));
  }

  /** A queue whose receives the test answers, in their order, before or after they come. */
  private static final class Queue implements Receiver {
    final List<Instant> receives = new CopyOnWriteArrayList<>();
    final List<Integer> asked = new CopyOnWriteArrayList<>();
    final List<Delivery> givenBack = new CopyOnWriteArrayList<>();
    volatile IntFunction<CompletionStage<List<Delivery>>> automatic;
    private final List<CompletableFuture<List<Delivery>>> waiting = new ArrayList<>();
    private final List<Integer> answers = new ArrayList<>();
    volatile int most;

    @Override
    public synchronized CompletionStage<List<Delivery>> receive(int max) {
      receives.add(Instant.now());
      asked.add(max);
      if (automatic != null) {
        return automatic.apply(max);
      }
      CompletableFuture<List<Delivery>> receive = new CompletableFuture<>();
      waiting.add(receive);
      most = Math.max(most, waiting.size());
      match();
      return receive;
    }

    @Override
    public void giveBack(List<Delivery> deliveries) {
      givenBack.addAll(deliveries);
    }

    synchronized void answer(int messages) {
      answers.add(messages);
      match();
    }

    synchronized int underWay() {
      return waiting.size();
    }

    private void match() {
      while (!waiting.isEmpty() && !answers.isEmpty()) {
        List<Delivery> batch = new ArrayList<>();
        int count = answers.remove(0);
        for (int i = 0; i < count; i++) {
          batch.add(delivery("m" + i));
        }
        waiting.remove(0).complete(batch);
      }
    }
  }

  private static final class Gate implements ReceiveGate {
    final AtomicInteger reservations = new AtomicInteger();
    final AtomicInteger failures = new AtomicInteger();
    final List<String> received = new CopyOnWriteArrayList<>();
    final List<Throwable> failed = new CopyOnWriteArrayList<>();
    volatile int batch = 10;
    volatile boolean patient;
    volatile CompletableFuture<Integer> pending;

    @Override
    public CompletionStage<Integer> reserve() {
      reservations.incrementAndGet();
      if (failures.getAndDecrement() > 0) {
        throw new IllegalStateException("no");
      }
      return pending != null ? pending : CompletableFuture.completedFuture(batch);
    }

    @Override
    public void received(int reserved, List<Delivery> deliveries) {
      received.add(reserved + ": " + deliveries.size());
    }

    @Override
    public boolean isPatient() {
      return patient;
    }

    @Override
    public void failed(int reserved, Throwable cause) {
      failed.add(cause);
    }
  }
}
