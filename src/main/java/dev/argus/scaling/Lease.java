package dev.argus.scaling;

import dev.argus.protocol.LeaderRecord;
import dev.argus.protocol.NotedLaunch;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * One web node's part in the lease by which web nodes agree on who leads: what it should write, and
 * how long it may act. Decides only; {@link LeaderElection} makes the calls.
 *
 * <p>Times are nanoseconds of this machine's monotonic clock; clocks of different machines are
 * never compared.
 *
 * <ul>
 *   <li>The leader writes its record again every third of the lease. It may act until a lease, less
 *       a margin of a fifth, after the moment <em>before</em> its latest write was sent.
 *   <li>Another web node takes over when it has read one and the same version of the record for a
 *       whole lease, counted from <em>after</em> it read it first. That is later than the write, so
 *       the leader has stopped at least the margin before. What passes between the write and that
 *       read is lost time after a crash, so it looks every fifteenth of the lease.
 *   <li>A record that is missing, was released, or is this web node's own from before it stopped
 *       acting, is taken over at once.
 *   <li>Each take-over has a higher generation than all that this web node has seen, and every
 *       write names the version that it replaces: of two, S3 takes one.
 * </ul>
 *
 * <p>Not thread-safe.
 */
final class Lease {
  /**
   * The record as it was read.
   *
   * @param etag names this version
   */
  record Found(LeaderRecord record, String etag) {}

  /**
   * A write of the record.
   *
   * @param over the ETag of the version that it replaces; empty if there must be none
   * @param takes whether this web node leads once it is written
   */
  record Write(Optional<String> over, LeaderRecord record, boolean takes) {}

  private static final int RENEWALS_PER_LEASE = 3;
  private static final int LOOKS_PER_LEASE = 15;
  private static final int MARGINS_PER_LEASE = 5;

  private final String holder;
  private final String responseQueue;
  private final String release;
  private final Duration lease;
  private Optional<Found> seen = Optional.empty();
  private long seenSince;
  private long highest; // of all generations known
  private long led; // the generation in which this web node leads, 0 if it does not
  private long validUntil;
  private long renewal;
  private boolean resigned;
  private List<NotedLaunch> launches = List.of();

  /**
   * @param holder names this process and no other
   * @param responseQueue where this web node hears of app nodes
   * @param release what its app nodes install; empty for nothing
   */
  Lease(String holder, String responseQueue, String release, Duration lease) {
    this.holder = holder;
    this.responseQueue = responseQueue;
    this.release = release;
    this.lease = lease;
  }

  /** What to write after the record was read, if anything. */
  Optional<Write> decide(Optional<Found> found, long now) {
    expire(now);
    see(found, now);
    if (resigned) {
      return seen.filter(this::isMine).map(this::release);
    }
    if (led > 0 && seen.filter(this::isMine).filter(this::isOfThisTerm).isPresent()) {
      return Optional.of(renew(seen.get()));
    }
    led = 0;
    return mayTake(now) ? Optional.of(take()) : Optional.empty();
  }

  private void see(Optional<Found> found, long now) {
    if (!found.map(Found::etag).equals(seen.map(Found::etag))) {
      seenSince = now;
    }
    seen = found;
    found.ifPresent(there -> highest = Math.max(highest, there.record().generation()));
  }

  private boolean isMine(Found found) {
    return found.record().holder().equals(holder) && !found.record().released();
  }

  private boolean isOfThisTerm(Found found) {
    return found.record().generation() == led;
  }

  private boolean mayTake(long now) {
    return seen.isEmpty()
        || isMine(seen.get())
        || seen.get().record().released()
        || now - seenSince >= lease.toNanos();
  }

  private Write take() {
    // If somebody has removed the record, what this web node knows itself is better than nothing.
    List<NotedLaunch> noted = seen.map(there -> there.record().launches()).orElse(launches);
    return new Write(seen.map(Found::etag), record(highest + 1, false, noted), true);
  }

  private Write renew(Found mine) {
    return new Write(Optional.of(mine.etag()), record(led, false, launches), false);
  }

  private Write release(Found mine) {
    LeaderRecord record = record(mine.record().generation(), true, mine.record().launches());
    return new Write(Optional.of(mine.etag()), record, false);
  }

  private LeaderRecord record(long generation, boolean released, List<NotedLaunch> noted) {
    renewal++; // so that no two versions are equal
    return new LeaderRecord(generation, holder, responseQueue, release, renewal, released, noted);
  }

  /**
   * The write was done.
   *
   * @param sentAt the time before it was sent
   */
  void written(Write write, long sentAt, long now) {
    if (write.takes() && !resigned) {
      led = write.record().generation();
      highest = led;
      launches = write.record().launches();
    } else if (led != write.record().generation()) {
      return; // renewed too late: the term is over
    }
    validUntil = sentAt + lease.minus(lease.dividedBy(MARGINS_PER_LEASE)).toNanos();
    expire(now);
  }

  /** Ends the term if it was not renewed in time. */
  void expire(long now) {
    if (led > 0 && now - validUntil >= 0) {
      led = 0;
    }
  }

  /** From now on this web node neither leads nor takes over. */
  void resign() {
    resigned = true;
    led = 0;
  }

  /** What the next write notes of the launches of this term. */
  void note(List<NotedLaunch> noted) {
    launches = List.copyOf(noted);
  }

  /** The generation in which this web node leads; 0 if it does not. */
  long led() {
    return led;
  }

  /** Until when it may act, unless the lease is renewed; of no meaning if it does not lead. */
  long validUntil() {
    return validUntil;
  }

  /** The launches that were noted when this term began, or since. */
  List<NotedLaunch> launches() {
    return launches;
  }

  /** The highest generation known; 0 before the first. */
  long generation() {
    return highest;
  }

  /** Why this web node does not lead, by the record that was read last, in words. */
  String whyNot() {
    if (seen.filter(this::isMine).isPresent()) {
      return "the lease was not renewed in time";
    }
    return seen.map(Found::record)
        .filter(there -> !there.released())
        .map(
            there ->
                "the web node of %s does, generation %d"
                    .formatted(there.responseQueue(), there.generation()))
        .orElse("none does at the moment");
  }

  /**
   * How long to wait before the record is read again.
   *
   * @param failed whether the latest try to read or write it has failed
   */
  Duration untilNextLook(long now, boolean failed) {
    if (led > 0 && !failed) {
      return lease.dividedBy(RENEWALS_PER_LEASE);
    }
    Duration usual = lease.dividedBy(LOOKS_PER_LEASE);
    Duration untilMayTake = lease.minusNanos(now - seenSince);
    boolean sooner =
        led == 0
            && seen.isPresent()
            && untilMayTake.compareTo(Duration.ZERO) > 0
            && untilMayTake.compareTo(usual) < 0;
    return sooner ? untilMayTake : usual;
  }
}
