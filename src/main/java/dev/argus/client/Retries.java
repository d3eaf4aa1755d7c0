package dev.argus.client;

import dev.argus.config.Backoff;
import java.time.Duration;
import java.util.Optional;

/**
 * How long a client tries.
 *
 * <p>What is refused for now (429, 503) is tried again when {@code Retry-After} says, and up to a
 * tenth later, so that those who were refused together do not come back together. Without {@code
 * Retry-After} the wait doubles from 0.5 s; half of it is random.
 *
 * @param times how often a request of one photo is made again, 0 to 1,000,000
 * @param maxWait the longest wait before that, whatever Retry-After says; at most 1 h
 * @param patience how long one photo may take in all, waits included; at most 7 days. It is looked
 *     at before each request, so the last one may end later
 * @param recover whether a photo outlives trouble: it carries an {@code Idempotency-Key}, is sent
 *     again after a broken connection, and is looked up by its id if its answer takes long (202,
 *     504). Without that one upload is all, as of a plain client, and only refusals are retried
 */
public record Retries(int times, Duration maxWait, Duration patience, boolean recover) {
  private static final int MAX_TIMES = 1_000_000;
  private static final Duration MAX_WAIT = Duration.ofHours(1);
  private static final Duration MAX_PATIENCE = Duration.ofDays(7);
  private static final Duration MIN_BACKOFF = Duration.ofMillis(500);
  private static final double MAX_DELAY = 0.1;

  public Retries {
    ClientSettings.require(
        times >= 0 && times <= MAX_TIMES,
        "retries: expected 0 to " + MAX_TIMES + ", found " + times);
    ClientSettings.requireWithin("wait before a retry", maxWait, MAX_WAIT);
    ClientSettings.requireWithin("patience", patience, MAX_PATIENCE);
  }

  /** A program that wants its answer: up to 100 retries within an hour. */
  public static Retries standard() {
    return new Retries(100, Duration.ofMinutes(5), Duration.ofHours(1), true);
  }

  /** The same with other limits. */
  public Retries upTo(int newTimes, Duration newMaxWait) {
    return new Retries(newTimes, newMaxWait, patience, recover);
  }

  /** The same, but gives a photo up after this long. */
  public Retries within(Duration newPatience) {
    return new Retries(times, maxWait, newPatience, recover);
  }

  /** The same as a plain client does it: one upload, sent again only if it is refused. */
  public Retries withoutRecovery() {
    return new Retries(times, maxWait, patience, false);
  }

  /**
   * The wait before the next request.
   *
   * @param failures in a row so far, 1 or more
   * @param random from 0 to 1
   */
  Duration waitAfter(int failures, Optional<Duration> retryAfter, double random) {
    Duration wait =
        retryAfter
            .map(this::cut)
            .map(asked -> asked.plusNanos((long) (asked.toNanos() * MAX_DELAY * random)))
            .orElseGet(() -> backoff().after(failures, random));
    return cut(wait);
  }

  /** A wait that somebody asks for, but none longer than the longest. */
  Duration cut(Duration wait) {
    return wait.compareTo(maxWait) < 0 ? wait : maxWait;
  }

  private Backoff backoff() {
    Duration min = MIN_BACKOFF.compareTo(maxWait) < 0 ? MIN_BACKOFF : maxWait;
    return new Backoff(min, maxWait);
  }
}
