package dev.argus.scaling;

import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How long a photo that comes now would wait for its answer if the fleet grew to its maximum.
 *
 * <p>A lower bound, so that only what is hopeless is refused: every node that may exist is launched
 * now, starts in the measured boot time, and all cores stay busy. Work of {@code W} core seconds is
 * done by nodes of {@code p} cores that start at {@code s1 <= s2 <= ...} when {@code p * sum(t -
 * si) = W} over those with {@code si <= t}.
 *
 * <p>It rests on the latest observation of the controller, and is unknown while there is none.
 * Thread-safe: one actor writes, any request may read.
 */
public final class Forecast {
  /** The longest time told, which is as good as never. */
  private static final long MAX_MICROS = Duration.ofDays(1).toNanos() / 1000;

  private volatile Optional<Observation> latest = Optional.empty();

  /** What the controller has just seen; empty when it could not look. */
  void observed(Optional<Observation> observation) {
    latest = observation;
  }

  /** What the controller has seen last; empty when it could not look, or does not run here. */
  Optional<Observation> latest() {
    return latest;
  }

  /**
   * The time from now to the answer of a photo that comes now; zero if unknown.
   *
   * @param waiting photos of this web node that wait for their answer now; what came since the
   *     observation is added to it
   */
  public Duration timeToAnswer(int waiting) {
    return latest.map(seen -> timeToAnswer(seen, waiting)).orElse(Duration.ZERO);
  }

  /** Whether there was neither a photo nor a node when the controller looked last. */
  public boolean isIdle() {
    return latest.filter(Observation::isIdle).isPresent();
  }

  private static Duration timeToAnswer(Observation seen, int waiting) {
    long[] starts = starts(seen);
    if (starts.length == 0) {
      return Duration.ZERO; // nodes that are none of the controller's
    }
    long photos = (long) seen.work() + Math.max(0, waiting - seen.waiting()) + 1;
    long work = photos * micros(seen.serviceTime()) / seen.parallelism();
    long sum = 0;
    long time = MAX_MICROS;
    for (int nodes = 1; nodes <= starts.length; nodes++) {
      if (starts[nodes - 1] >= time) {
        break; // done before this one could help
      }
      sum += starts[nodes - 1];
      time = (work + sum) / nodes;
    }
    return Duration.ofNanos(1000 * Math.min(time, MAX_MICROS));
  }

  /** When each node that may exist takes photos, from now, in microseconds, the first first. */
  private static long[] starts(Observation seen) {
    long boot = micros(seen.bootTime());
    long[] starts = new long[Math.max(seen.ready() + seen.starting(), seen.maxWorkers())];
    Arrays.fill(starts, boot);
    Arrays.fill(starts, 0, seen.ready(), 0);
    int next = seen.ready();
    for (Duration age : Stream.concat(seen.booting().stream(), seen.unseen().stream()).toList()) {
      starts[next++] = Math.max(0, boot - micros(age));
    }
    Arrays.sort(starts);
    return starts;
  }

  private static long micros(Duration duration) {
    return duration.toNanos() / 1000;
  }
}
