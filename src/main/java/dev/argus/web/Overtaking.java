package dev.argus.web;

import dev.argus.protocol.Answer;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;

/**
 * How far the head of the request queue has come, told from the photos that are answered.
 *
 * <p>While photos keep being answered, whatever was accepted before the oldest of those answered
 * during the last {@code window} has been overtaken by each of them. In a long queue that is far
 * behind the present, and when nothing is answered nothing is overtaken.
 *
 * <p>The window is kept in {@value #SLOTS} slots, each with the oldest photo answered in it. Only
 * answers that were computed count, since the others say nothing of the queue, and only those to
 * messages that were sent when their photo was accepted: one that was sent again later was at the
 * back of the queue. Safe for use by many threads.
 */
final class Overtaking {
  static final int SLOTS = 10;

  /**
   * What the answers that one web node gets tell.
   *
   * @param steady whether photos were answered all through the window
   * @param oldest when the oldest photo answered in it had been accepted; empty without answers
   */
  record Evidence(boolean steady, Optional<Instant> oldest) {

    /**
     * What was accepted before this has been overtaken; empty if that cannot be told.
     *
     * @param ofAll the evidence of each web node, for each gets the answers to its own photos
     */
    static Optional<Instant> head(Collection<Evidence> ofAll) {
      return ofAll.stream().anyMatch(Evidence::steady)
          ? ofAll.stream().flatMap(one -> one.oldest().stream()).min(Instant::compareTo)
          : Optional.empty();
    }
  }

  private record Slot(long number, Instant oldest) {}

  private final Duration window;
  private final long slotMillis;
  private final Slot[] ring = new Slot[SLOTS + 1]; // whole slots, and the one that is not over

  Overtaking(Duration window) {
    this.window = window;
    this.slotMillis = Math.max(1, window.toMillis() / SLOTS);
  }

  /** A photo was answered. */
  void answered(Answer answer, Instant now) {
    Instant acceptedAt = answer.reply().id().acceptedAt();
    Instant sentAt = now.minus(answer.times().queued());
    if (!answer.times().service().isZero() && !acceptedAt.plus(window).isBefore(sentAt)) {
      note(acceptedAt, now);
    }
  }

  private synchronized void note(Instant acceptedAt, Instant now) {
    long number = slotAt(now);
    int index = Math.floorMod(number, ring.length);
    Slot slot = ring[index];
    if (slot == null || slot.number() != number || acceptedAt.isBefore(slot.oldest())) {
      ring[index] = new Slot(number, acceptedAt);
    }
  }

  /** What the answers of the last window tell. */
  synchronized Evidence evidence(Instant now) {
    long current = slotAt(now);
    boolean steady = true;
    Optional<Instant> oldest = Optional.empty();
    for (long number = current - SLOTS; number <= current; number++) {
      Slot slot = ring[Math.floorMod(number, ring.length)];
      if (slot == null || slot.number() != number) {
        steady &= number == current; // which is not over yet
      } else if (oldest.isEmpty() || slot.oldest().isBefore(oldest.get())) {
        oldest = Optional.of(slot.oldest());
      }
    }
    return new Evidence(steady, oldest);
  }

  private long slotAt(Instant now) {
    return Math.floorDiv(now.toEpochMilli(), slotMillis);
  }
}
