package dev.argus.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.config.ArgusSettings;
import dev.argus.ports.Acknowledgement;
import dev.argus.ports.Delivery;
import dev.argus.protocol.WireMessage;
import dev.argus.simulation.SettableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class IntakeTest {
  private final SettableClock clock = new SettableClock(Instant.EPOCH);
  private final Intake intake =
      new Intake(ArgusSettings.load(Map.of("ARGUS_WORKER_MAX_HELD", "20")).worker(), clock);

  private static Delivery delivery(String receipt, int receives) {
    return new Delivery(
        "m" + receipt, receipt, receives, Instant.EPOCH, new WireMessage("", Map.of()));
  }

  private static List<Delivery> batch(int from, int to) {
    return IntStream.range(from, to).mapToObj(i -> delivery("r" + i, 1)).toList();
  }

  private CompletableFuture<Integer> reserve() {
    return intake.reserve().toCompletableFuture();
  }

  private CompletableFuture<Delivery> turn(Delivery delivery) {
    return intake.turn(delivery).toCompletableFuture();
  }

  @Test
  void aNodeNeverHoldsMoreThanItMayAndAsksForWholeBatches() {
    assertThat(reserve()).isCompletedWithValue(10);
    assertThat(reserve()).isCompletedWithValue(10);
    CompletableFuture<Integer> third = reserve();
    assertThat(third).isNotDone();
    intake.received(10, batch(0, 10));
    intake.received(10, batch(10, 19));
    assertThat(third).isNotDone(); // room for one
    batch(0, 8).forEach(intake::settled);
    assertThat(third).isNotDone(); // room for nine
    intake.settled(delivery("r8", 1));
    assertThat(third).isCompletedWithValue(10);
  }

  @Test
  void aPhotoThatOnlyWaitsForItsDeleteIsHeldButTakesNoRoom() {
    assertThat(reserve()).isCompleted();
    assertThat(reserve()).isCompleted();
    intake.received(10, batch(0, 10));
    CompletableFuture<Integer> third = reserve();
    batch(0, 10).forEach(d -> intake.finished(new Work.Done(Acknowledgement.delete(d))));
    assertThat(third).isCompletedWithValue(10);
    assertThat(intake.held()).isEmpty(); // nothing of it is left to give back
    assertThat(intake.status().held()).isEqualTo(10);
  }

  @Test
  void tellsWheneverItHoldsNothingAnyMore() {
    AtomicInteger emptied = new AtomicInteger();
    intake.whenEmptied(emptied::incrementAndGet);
    assertThat(reserve()).isCompleted();
    intake.received(10, batch(0, 2));
    intake.settled(delivery("r0", 1));
    assertThat(emptied).hasValue(0);

    intake.settled(delivery("r1", 1));
    assertThat(emptied).hasValue(1);
    intake.received(10, List.of()); // it held nothing before either
    assertThat(emptied).hasValue(1);
  }

  @Test
  void anAnswerMayWaitForCompanyOnlyWhileABatchIsAtWork() {
    assertThat(intake.isBusy()).isFalse();
    assertThat(reserve()).isCompleted();
    intake.received(10, batch(0, 9));
    assertThat(intake.isBusy()).isFalse();
    assertThat(reserve()).isCompleted();
    intake.received(10, batch(9, 10));
    assertThat(intake.isBusy()).isTrue();
    intake.finished(new Work.Done(Acknowledgement.delete(delivery("r0", 1))));
    assertThat(intake.isBusy()).isFalse();
  }

  @Test
  void aFailedReceiveGivesItsReservationBack() {
    assertThat(reserve()).isCompleted();
    assertThat(reserve()).isCompleted();
    CompletableFuture<Integer> third = reserve();
    intake.failed(10, new RuntimeException("queue down"));
    assertThat(third).isCompletedWithValue(10);
  }

  @Test
  void aNodeWhoseReceivesFailDoesNotHoldItselfBack() {
    assertThat(reserve()).isCompleted();
    intake.failed(10, new RuntimeException("not authorised to receive"));
    assertThat(intake.holdsBackSince(Duration.ZERO)).isFalse(); // it pauses, and tries again
    intake.isDown("S3");
    assertThat(intake.holdsBackSince(Duration.ZERO)).isTrue();
    intake.isUp("S3");
    assertThat(intake.holdsBackSince(Duration.ZERO)).isFalse();
  }

  @Test
  void whileADependencyIsDownNothingIsReceivedAndWhatIsHeldStaysHeld() {
    assertThat(reserve()).isCompleted();
    intake.received(10, batch(0, 3));
    intake.isDown("S3");
    intake.isDown("replies");
    CompletableFuture<Integer> next = reserve();
    intake.isUp("S3");
    assertThat(next).isNotDone();
    assertThat(intake.held()).hasSize(3);
    intake.isUp("replies");
    assertThat(next).isCompleted();
  }

  @Test
  void aNodeThatLeavesReceivesNoMore() {
    intake.close();
    assertThat(reserve()).isNotDone();
  }

  @Test
  void aNodeThatLeavesWaitsForTheReceivesThatAreUnderWay() {
    assertThat(reserve()).isCompleted();
    assertThat(reserve()).isCompleted();
    CompletableFuture<Void> ended = intake.close().toCompletableFuture();
    intake.received(10, batch(0, 10));
    assertThat(ended).isNotDone();
    intake.failed(10, new RuntimeException());
    assertThat(ended).isCompleted();
    assertThat(intake.held()).hasSize(10);
  }

  @Test
  void ordinaryPhotosDoNotWaitForTheirTurn() {
    intake.received(0, batch(0, 5));
    assertThat(batch(0, 5)).allSatisfy(d -> assertThat(turn(d)).isCompletedWithValue(d));
  }

  @Test
  void aSuspectIsWorkedOnWhenNothingElseIsAndTheNextSuspectAfterIt() {
    Delivery suspect = delivery("s1", 3);
    Delivery another = delivery("s2", 4);
    Delivery good = delivery("r1", 1);
    intake.received(0, List.of(suspect, another, good));
    CompletableFuture<Delivery> suspectTurn = turn(suspect);
    CompletableFuture<Delivery> anotherTurn = turn(another);
    CompletableFuture<Delivery> goodTurn = turn(good);
    CompletableFuture<Integer> receive = reserve();

    assertThat(goodTurn).isCompleted();
    assertThat(suspectTurn).isNotDone();
    assertThat(receive).isNotDone();

    intake.settled(good);
    assertThat(suspectTurn).isCompleted();
    assertThat(anotherTurn).isNotDone();

    intake.settled(suspect);
    assertThat(anotherTurn).isCompleted();
    assertThat(receive).isNotDone();

    intake.settled(another);
    assertThat(receive).isCompleted();
  }

  @Test
  void aBatchThatArrivesWhileASuspectIsAtWorkWaits() {
    Delivery suspect = delivery("s1", 3);
    intake.received(0, List.of(suspect));
    assertThat(turn(suspect)).isCompleted();
    Delivery late = delivery("r1", 1);
    intake.received(0, List.of(late));
    CompletableFuture<Delivery> lateTurn = turn(late);
    assertThat(lateTurn).isNotDone();
    intake.settled(suspect);
    assertThat(lateTurn).isCompleted();
  }

  @Test
  void leasesAreRenewedOnceHeldLongEnough() {
    Delivery old = delivery("old", 1);
    intake.received(0, List.of(old));
    clock.advance(Duration.ofSeconds(5)); // half the interval of renewals
    intake.received(0, List.of(delivery("new", 1)));
    assertThat(intake.renewals())
        .containsExactly(Acknowledgement.extend(old, Duration.ofSeconds(30)));
  }

  @Test
  void aLeaseThatSqsWouldRefuseToRenewIsGivenBackOnceAndTheWorkGoesOn() {
    Delivery long12Hours = delivery("r1", 1);
    intake.received(0, List.of(long12Hours));
    clock.advance(Duration.ofHours(12).minusSeconds(31));
    assertThat(intake.renewals())
        .containsExactly(Acknowledgement.extend(long12Hours, Duration.ofSeconds(30)));

    clock.advance(Duration.ofSeconds(1)); // 30 s from now the 12 hours are over
    assertThat(intake.renewals()).containsExactly(Acknowledgement.giveBack(long12Hours));
    assertThat(intake.renewals()).isEmpty();
    assertThat(intake.held()).isEmpty(); // nothing of it is left to give back
    assertThat(intake.status().held()).isEqualTo(1);
  }

  @Test
  void aLostLeaseIsNeitherRenewedNorGivenBack() {
    intake.received(0, batch(0, 2));
    clock.advance(Duration.ofSeconds(10));
    intake.leaseLost(delivery("r0", 1));
    assertThat(intake.renewals()).extracting(ack -> ack.delivery().receipt()).containsExactly("r1");
    assertThat(intake.held()).extracting(Delivery::receipt).containsExactly("r1");
    intake.settled(delivery("r0", 1));
    assertThat(intake.status().held()).isEqualTo(1);
  }

  @Test
  void whatWaitsForItsAcknowledgementIsNotRenewed() {
    intake.received(0, batch(0, 1));
    clock.advance(Duration.ofSeconds(10));
    intake.finished(new Work.Done(Acknowledgement.delete(delivery("r0", 1))));
    assertThat(intake.renewals()).isEmpty();
  }

  @Test
  void theStatusTellsEmptyReceivesInARow() {
    intake.received(0, List.of());
    intake.received(0, List.of());
    assertThat(intake.status().emptyReceivesInARow()).isEqualTo(2);
    clock.advance(Duration.ofSeconds(5));
    intake.failed(0, new RuntimeException());
    assertThat(intake.status().lastSuccess()).isEqualTo(Instant.EPOCH);
    intake.received(0, batch(0, 1));
    assertThat(intake.status().emptyReceivesInARow()).isZero();
    assertThat(intake.status().lastSuccess()).isEqualTo(Instant.EPOCH.plusSeconds(5));
  }
}
