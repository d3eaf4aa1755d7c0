package dev.argus.web;

import dev.argus.config.LedgerSettings;
import dev.argus.protocol.ClassifyReply;
import dev.argus.protocol.PhotoId;
import dev.argus.protocol.PhotoState;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The account of the photos that this process accepted: each is in exactly one state, and {@code
 * accepted = answered + failed + dead-lettered + pending} holds at every moment.
 *
 * <p>It starts at zero with the process; what earlier ones accepted is counted from S3 (<code>
 * argus doctor --ledger</code>). A photo that an operator sends again stays dead-lettered here
 * until its new answer comes. Safe for use by many threads.
 */
final class Ledger {
  /** How many photos are in which state. */
  record Counts(long accepted, long answered, long failed, long deadLettered, long pending) {
    boolean holds() {
      return accepted == answered + failed + deadLettered + pending;
    }
  }

  /** What a reply was to this process. */
  enum Arrival {
    /** The answer to a pending photo. */
    ANSWER,
    /** The photo had been answered before. */
    DUPLICATE,
    /**
     * Accepted by an earlier process, or answered too long ago to be remembered, or stored by a
     * write whose outcome was never known here: the count from S3 has those.
     */
    UNCLAIMED
  }

  /** More photos than a full default fleet works on at once (19 nodes of two cores). */
  private static final int BUSY = 50;

  private final LedgerSettings settings;
  private final InstantSource clock;

  /** When each pending photo was accepted or last looked for; the longest ago first. */
  private final LinkedHashMap<PhotoId, Instant> pending = new LinkedHashMap<>();

  private final Map<PhotoState, Long> settledCounts = new EnumMap<>(PhotoState.class);
  private final Map<PhotoId, PhotoState> settled;
  private long accepted;

  Ledger(LedgerSettings settings, InstantSource clock) {
    this.settings = settings;
    this.clock = clock;
    this.settled =
        new LinkedHashMap<>() {
          private static final long serialVersionUID = 1;

          @Override
          protected boolean removeEldestEntry(Map.Entry<PhotoId, PhotoState> eldest) {
            return size() > settings.settledMemory();
          }
        };
  }

  /**
   * Whether as many photos are pending as may be. Uploads that were let in before may still exceed
   * it, by no more than {@code argus.web.max-in-flight}.
   */
  synchronized boolean isFull() {
    return pending.size() >= settings.maxPending();
  }

  /**
   * Whether so many photos are pending that each waits for its turn anyway: then messages may wait
   * for company, which costs less and delays nobody.
   */
  synchronized boolean isBusy() {
    return pending.size() >= BUSY;
  }

  /** The photo's acceptance record was written by this process: an answer is owed. */
  synchronized void accepted(PhotoId id) {
    if (pending.putIfAbsent(id, clock.instant()) == null) {
      accepted++;
    }
  }

  /** The photo has this answer. */
  synchronized Arrival settled(ClassifyReply reply) {
    PhotoState state = PhotoState.of(reply);
    if (pending.remove(reply.id()) != null) {
      settle(reply.id(), state);
      return Arrival.ANSWER;
    }
    PhotoState before = settled.get(reply.id());
    if (before == PhotoState.DEAD_LETTERED && state != before) { // sent again by an operator
      settledCounts.merge(before, -1L, Long::sum);
      settle(reply.id(), state);
      return Arrival.ANSWER;
    }
    return before == null ? Arrival.UNCLAIMED : Arrival.DUPLICATE;
  }

  /** The photo's acceptance record is gone and it never had an answer: its time was over. */
  synchronized void expired(PhotoId id) {
    if (pending.remove(id) != null) {
      settle(id, PhotoState.FAILED);
    }
  }

  private void settle(PhotoId id, PhotoState state) {
    settledCounts.merge(state, 1L, Long::sum);
    settled.put(id, state);
  }

  /**
   * Photos that have been pending for {@code argus.ledger.reconcile-after}, so that somebody looks
   * for their results; each is named again only after as long.
   */
  synchronized List<PhotoId> takeOverdue() {
    Instant now = clock.instant();
    Instant due = now.minus(settings.reconcileAfter());
    List<PhotoId> overdue = new ArrayList<>();
    Iterator<Map.Entry<PhotoId, Instant>> oldestFirst = pending.entrySet().iterator();
    while (oldestFirst.hasNext() && overdue.size() < settings.reconcileBatch()) {
      Map.Entry<PhotoId, Instant> entry = oldestFirst.next();
      if (entry.getValue().isAfter(due)) {
        break;
      }
      overdue.add(entry.getKey());
      oldestFirst.remove();
    }
    overdue.forEach(id -> pending.put(id, now));
    return overdue;
  }

  /** How long the oldest pending photo has been waiting for its answer; zero if there is none. */
  synchronized Duration oldestWait() {
    Instant now = clock.instant();
    return pending.keySet().stream()
        .map(PhotoId::acceptedAt)
        .min(Comparator.naturalOrder())
        .filter(now::isAfter)
        .map(oldest -> Duration.between(oldest, now))
        .orElse(Duration.ZERO);
  }

  synchronized Counts counts() {
    return new Counts(
        accepted,
        settledCounts.getOrDefault(PhotoState.ANSWERED, 0L),
        settledCounts.getOrDefault(PhotoState.FAILED, 0L),
        settledCounts.getOrDefault(PhotoState.DEAD_LETTERED, 0L),
        pending.size());
  }
}
