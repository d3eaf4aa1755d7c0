package dev.argus.scaling;

import dev.argus.scaling.Demand.Group;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * When photos came, as far as the controller must know it: how old those are that wait, and how
 * many come.
 *
 * <p>Photos are served about in the order in which they came. So those that wait are the latest
 * that came: the log counts back from now. It keeps {@value #BINS} bins that cover the deadline; of
 * what is older only the age is not known, and it is late anyway.
 *
 * <p>The web tier counts its own photos exactly. The queue's counts are approximate and up to a
 * minute late, so what they show beyond the web tier's count (photos of other web nodes, or of one
 * that is gone) is believed as far as it was there in each look of the last {@link #COUNTS_LAG}; if
 * none of its own came or waited for so long, after so long without any, in each look since: for
 * then nothing can be left over in the counts. It came after the last look that showed less.
 *
 * <p>The arrival rate is an exponentially weighted mean: each photo counts {@code 1 / tau} and
 * fades with the time constant {@code tau}, the deadline: the time that photos may wait is the time
 * over which arrivals may be evened out. Not thread-safe.
 */
final class ArrivalLog {
  /** The silence before the first photo. */
  static final Duration FOREVER = Duration.ofDays(1);

  /** SQS says that its counts are right within a minute when nothing changes. */
  static final Duration COUNTS_LAG = Duration.ofSeconds(60);

  private static final int BINS = 256;

  private record Bin(long number, int photos) {}

  /** What the counts showed beyond the web tier's, at the last look that showed no more. */
  private record Excess(Instant at, int photos) {}

  private final Duration deadline;
  private final Duration memory;
  private final long binNanos;
  private final Instant start;
  private final Deque<Bin> bins = new ArrayDeque<>(); // the latest first
  // Those that may be a minimum: each shows more than those before it. Looks of a deadline, or of a
  // minute if that is longer.
  private final Deque<Excess> excesses = new ArrayDeque<>();
  private Instant lastOwn = Instant.EPOCH; // when one of its own came or was waiting
  private Instant lastPhoto = Instant.EPOCH; // when a photo came or was waiting
  private Instant busySince = Instant.EPOCH; // when the first of them did after a quiet time
  private Instant lastAt;
  private double rate;

  ArrivalLog(Duration deadline, Instant now) {
    this.deadline = deadline;
    this.memory = deadline.compareTo(COUNTS_LAG) > 0 ? deadline : COUNTS_LAG;
    this.binNanos = Math.max(1, deadline.toNanos() / BINS);
    this.start = now;
  }

  /** The web tier has accepted a photo. */
  void accepted(Instant now) {
    rate = rate(now) + 1e9 / deadline.toNanos();
    lastAt = now;
    lastOwn = now;
    photoSeen(now);
    long number = number(now);
    if (!bins.isEmpty() && bins.getFirst().number() >= number) {
      Bin latest = bins.removeFirst();
      bins.addFirst(new Bin(latest.number(), latest.photos() + 1));
    } else {
      bins.addFirst(new Bin(number, 1));
    }
    while (bins.getLast().number() < number - BINS) {
      bins.removeLast();
    }
  }

  private long number(Instant at) {
    return Duration.between(start, at).toNanos() / binNanos;
  }

  private double rate(Instant now) {
    return lastAt == null
        ? 0
        : rate * Math.exp(-(double) sinceLast(now).toNanos() / deadline.toNanos());
  }

  /** Zero if the clock was set back. */
  private Duration sinceLast(Instant now) {
    return now.isBefore(lastAt) ? Duration.ZERO : Duration.between(lastAt, now);
  }

  /**
   * What is asked of the fleet now.
   *
   * @param waiting photos that wait, by the web tier's own count
   * @param counted photos that wait, by the queue's counts
   */
  Demand demand(Instant now, int waiting, int counted) {
    List<Group> groups = new ArrayList<>();
    int left = waiting;
    for (Bin bin : bins) {
      if (left > 0) {
        int photos = Math.min(left, bin.photos());
        groups.add(new Group(age(bin, now), photos));
        left -= photos;
      }
    }
    if (left > 0) {
      groups.add(new Group(deadline, left));
    }
    excess(now, waiting, counted).ifPresent(groups::add);
    groups.sort(Comparator.comparing(Group::age).reversed());
    Duration silence = lastAt == null ? FOREVER : sinceLast(now);
    return new Demand(groups, rate(now), silence);
  }

  /** Of the first that came in the bin: none is older. */
  private Duration age(Bin bin, Instant now) {
    Duration age = Duration.between(start.plusNanos(bin.number() * binNanos), now);
    return age.isNegative() ? Duration.ZERO : age;
  }

  /** What the counts show beyond the own photos, as far as it is believed. */
  private Optional<Group> excess(Instant now, int waiting, int counted) {
    int photos = Math.max(0, counted - waiting);
    while (!excesses.isEmpty() && excesses.getLast().photos() >= photos) {
      excesses.removeLast();
    }
    excesses.addLast(new Excess(now, photos));
    while (excesses.getFirst().at().isBefore(now.minus(memory))) {
      excesses.removeFirst();
    }
    if (waiting > 0) {
      lastOwn = now;
    }
    if (waiting + photos > 0) {
      photoSeen(now);
    }
    Instant from = now.minus(COUNTS_LAG);
    if (lastOwn.isBefore(from) && busySince.isAfter(from) && !busySince.isAfter(now)) {
      from = busySince;
    }
    Duration age = deadline; // if none showed less as far as is remembered
    for (Excess seen : excesses) {
      if (!seen.at().isBefore(from)) {
        return seen.photos() == 0 ? Optional.empty() : Optional.of(new Group(age, seen.photos()));
      }
      age = Duration.between(seen.at(), now);
    }
    throw new IllegalStateException("the look itself is one of them");
  }

  private void photoSeen(Instant now) {
    if (lastPhoto.isBefore(now.minus(COUNTS_LAG))) {
      busySince = now;
    }
    lastPhoto = now;
  }
}
