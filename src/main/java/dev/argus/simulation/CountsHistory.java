package dev.argus.simulation;

import dev.argus.ports.QueueCounts;
import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * What a queue says of its counts: exactly what it holds, or something older and wrong.
 *
 * <p>SQS calls them approximate; they settle within a minute. What is told is what the queue held
 * at a random moment within {@code late}, to the second, each count wrong by a random share up to
 * {@code wrong}. Keeps a value for each second of {@code late}.
 */
final class CountsHistory {
  private static final long SECOND = 1_000_000_000L;

  private final double wrong;
  private final RandomGenerator random;
  private final QueueCounts[] seconds; // the last value in each, by the second modulo the length
  private long second; // the latest
  private int visible;
  private int inFlight;

  CountsHistory(Duration late, double wrong, RandomGenerator random) {
    this.wrong = wrong;
    this.random = random;
    this.seconds = new QueueCounts[1 + (int) late.toSeconds()];
    this.seconds[0] = new QueueCounts(0, 0);
  }

  /** The queue holds this from now on. */
  void changed(long nanos, int visible, int inFlight) {
    if (seconds.length > 1) {
      moveTo(nanos / SECOND);
    }
    this.visible = visible;
    this.inFlight = inFlight;
  }

  /** What it says now. */
  QueueCounts told(long nanos) {
    QueueCounts counts = new QueueCounts(visible, inFlight);
    if (seconds.length > 1) {
      moveTo(nanos / SECOND);
      long then = Math.max(0, second - random.nextInt(seconds.length));
      counts = then == second ? counts : seconds[(int) (then % seconds.length)];
    }
    return wrong == 0 ? counts : new QueueCounts(off(counts.visible()), off(counts.inFlight()));
  }

  /** Up to the second before the latest nothing changes any more. */
  private void moveTo(long next) {
    QueueCounts latest = new QueueCounts(visible, inFlight);
    for (long s = Math.max(second, next - seconds.length); s < next; s++) {
      seconds[(int) (s % seconds.length)] = latest;
    }
    second = next;
  }

  private int off(int count) {
    return (int) Math.round(count * (1 + wrong * (2 * random.nextDouble() - 1)));
  }
}
