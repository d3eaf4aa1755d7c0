package dev.argus.worker;

import dev.argus.config.WorkerSettings;
import dev.argus.ports.Acknowledgement;
import dev.argus.ports.Delivery;
import dev.argus.ports.ReceiveGate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Everything that this node holds, from the receive to the acknowledgement; it says when more may
 * be received and whose turn it is.
 *
 * <ul>
 *   <li>A node never holds more than {@code max-held} photos.
 *   <li>While something it needs is down it receives nothing, and keeps what it holds.
 *   <li>A suspect, a photo received for the third time or more, is worked on when the node holds
 *       nothing else but suspects, one at a time: if it kills the node, nothing else was at work.
 *   <li>When the node leaves, it receives no more.
 * </ul>
 *
 * <p>Thread-safe; stages complete outside the lock.
 */
final class Intake implements ReceiveGate {
  /** The most that SQS hands out at once. */
  private static final int BATCH_SIZE = 10;

  private record Held(Delivery delivery, Instant since) {}

  private record Reservation(CompletableFuture<Integer> granted) {}

  private record Turn(Delivery delivery, CompletableFuture<Delivery> granted) {}

  private final WorkerSettings settings;
  private final Duration leaseLimit;
  private final int maxHeld;
  private final int aloneFromReceive;
  private final InstantSource clock;
  private final Map<String, Held> held = new LinkedHashMap<>();
  private final Set<String> finished = new HashSet<>();
  private final Set<String> lost = new HashSet<>();
  private final Set<String> down = new HashSet<>();
  private final Queue<Reservation> waitingReservations = new ArrayDeque<>();
  private final Queue<Turn> waitingTurns = new ArrayDeque<>();
  private final CompletableFuture<Void> receivesEnded = new CompletableFuture<>();
  private int reserved;
  private boolean suspectAtWork;
  private Runnable onEmptied = () -> {};
  private boolean closed;
  private boolean receiveFailed;
  private Instant lastReceive;
  private int emptyReceives;

  Intake(WorkerSettings settings, InstantSource clock) {
    this.settings = settings;
    // SQS refuses a lease that would end later than 12 hours after the receive.
    this.leaseLimit = WorkerSettings.MAX_VISIBILITY.minus(settings.visibilityTimeout());
    this.maxHeld = settings.maxHeld();
    this.aloneFromReceive = settings.aloneFromReceive();
    this.clock = clock;
    this.lastReceive = clock.instant();
  }

  @Override
  public CompletionStage<Integer> reserve() {
    CompletableFuture<Integer> granted = new CompletableFuture<>();
    change(() -> waitingReservations.add(new Reservation(granted)));
    return granted;
  }

  @Override
  public void received(int asked, List<Delivery> batch) {
    change(
        () -> {
          reserved -= asked;
          receiveFailed = false;
          lastReceive = clock.instant();
          emptyReceives = batch.isEmpty() ? emptyReceives + 1 : 0;
          batch.forEach(d -> held.put(d.receipt(), new Held(d, clock.instant())));
        });
  }

  @Override
  public void failed(int asked, Throwable cause) {
    change(
        () -> {
          reserved -= asked;
          receiveFailed = true;
        });
  }

  /** Completes with the delivery when it may be worked on. */
  CompletionStage<Delivery> turn(Delivery delivery) {
    CompletableFuture<Delivery> granted = new CompletableFuture<>();
    change(() -> waitingTurns.add(new Turn(delivery, granted)));
    return granted;
  }

  /** The photo is worked on no more and waits for its acknowledgement only: it takes no room. */
  Acknowledgement finished(Work.Done work) {
    change(() -> finished.add(work.delivery().receipt()));
    return work.acknowledgement();
  }

  /** Told, from any thread, whenever the node holds nothing any more. */
  synchronized void whenEmptied(Runnable listener) {
    onEmptied = listener;
  }

  /** The delivery is acknowledged, one way or another: the node holds it no more. */
  void settled(Delivery delivery) {
    change(
        () -> {
          finished.remove(delivery.receipt());
          lost.remove(delivery.receipt());
          if (held.remove(delivery.receipt()) != null && isSuspect(delivery)) {
            suspectAtWork = false;
          }
        });
  }

  /** Something that every photo needs is down: receive no more until it is up. */
  void isDown(String dependency) {
    change(() -> down.add(dependency));
  }

  /** It works again. */
  void isUp(String dependency) {
    change(() -> down.remove(dependency));
  }

  /**
   * The node leaves: receive no more. Completes when the receives that were under way have ended,
   * for what they bring would else be hidden from all other nodes until its lease runs out.
   */
  CompletionStage<Void> close() {
    change(() -> closed = true);
    return receivesEnded;
  }

  /** Everything held and not finished, but for what is another node's by now. */
  synchronized List<Delivery> held() {
    return held.values().stream()
        .map(Held::delivery)
        .filter(delivery -> !finished.contains(delivery.receipt()))
        .filter(delivery -> !lost.contains(delivery.receipt()))
        .toList();
  }

  /**
   * What is to be done about the leases now: those held for long enough are renewed. One that SQS
   * would not let grow any more is given back, so that nobody waits for it to run out; the work on
   * it goes on, and whoever ends first has answered. What waits for its acknowledgement only is
   * left alone, for a renewal might come after it.
   */
  synchronized List<Acknowledgement> renewals() {
    Instant now = clock.instant();
    // What came after the last look but one is renewed now: the next chance may be the last.
    Duration enough = settings.renewInterval().dividedBy(2);
    List<Acknowledgement> due = new ArrayList<>();
    for (Held each : held.values()) {
      Delivery delivery = each.delivery();
      boolean done = finished.contains(delivery.receipt()) || lost.contains(delivery.receipt());
      if (done || each.since().plus(enough).isAfter(now)) {
        continue;
      }
      if (each.since().plus(leaseLimit).isAfter(now)) {
        due.add(Acknowledgement.extend(delivery, settings.visibilityTimeout()));
      } else {
        lost.add(delivery.receipt());
        due.add(Acknowledgement.giveBack(delivery));
      }
    }
    return due;
  }

  /** The lease has run out, or another node has it. */
  synchronized void leaseLost(Delivery delivery) {
    if (held.containsKey(delivery.receipt())) {
      lost.add(delivery.receipt());
    }
  }

  /**
   * Whether the node has not received for that long, and only because it holds itself back: not
   * because its receives fail, between which it holds no reservation either.
   */
  synchronized boolean holdsBackSince(Duration time) {
    return reserved == 0
        && (!receiveFailed || holdsBack())
        && !lastReceive.plus(time).isAfter(clock.instant());
  }

  /** The queue was reached by another call than a receive. */
  synchronized void reached() {
    lastReceive = clock.instant();
  }

  /** Whether the node holds a batch or more: answers may wait for those that follow soon. */
  synchronized boolean isBusy() {
    return held.size() - finished.size() >= BATCH_SIZE;
  }

  /** What the watchdog wants to know. */
  synchronized ReceiveStatus status() {
    return new ReceiveStatus(lastReceive, emptyReceives, held.size());
  }

  private boolean isSuspect(Delivery delivery) {
    return delivery.receiveCount() >= aloneFromReceive;
  }

  private void change(Runnable change) {
    List<Runnable> grants = new ArrayList<>();
    synchronized (this) {
      boolean heldSome = !held.isEmpty();
      change.run();
      if (heldSome && held.isEmpty()) {
        grants.add(onEmptied);
      }
      grantReservations(grants);
      grantTurns(grants);
      if (closed && reserved == 0) {
        grants.add(() -> receivesEnded.complete(null));
      }
    }
    grants.forEach(Runnable::run);
  }

  private void grantReservations(List<Runnable> grants) {
    while (!waitingReservations.isEmpty() && !holdsBack()) {
      int granted = Math.min(BATCH_SIZE, room());
      reserved += granted;
      Reservation reservation = waitingReservations.remove();
      grants.add(() -> reservation.granted().complete(granted));
    }
  }

  private boolean holdsBack() {
    // Wait for room for a whole batch: a receive for one photo costs as much as for ten.
    int batch = Math.min(BATCH_SIZE, Math.max(1, maxHeld / 2));
    return closed
        || !down.isEmpty()
        || room() < batch
        || held.values().stream().anyMatch(h -> isSuspect(h.delivery()));
  }

  private int room() {
    return maxHeld - (held.size() - finished.size()) - reserved;
  }

  private void grantTurns(List<Runnable> grants) {
    boolean onlySuspectsHeld = held.values().stream().allMatch(h -> isSuspect(h.delivery()));
    for (var turns = waitingTurns.iterator(); turns.hasNext(); ) {
      Turn turn = turns.next();
      boolean suspect = isSuspect(turn.delivery());
      if (suspectAtWork || (suspect && !onlySuspectsHeld)) {
        continue;
      }
      suspectAtWork = suspect;
      turns.remove();
      grants.add(() -> turn.granted().complete(turn.delivery()));
    }
  }
}
