package dev.argus.simulation;

import java.util.SplittableRandom;

/**
 * All randomness of one run, from its seed: a stream for each purpose, so that a change in one does
 * not shift the others.
 */
public final class Randomness {
  /** What is random in a run besides its arrivals, which take the seed itself. */
  public enum Purpose {
    SERVICE,
    BOOT,
    QUEUE,
    COUNTS,
    LAUNCH,
    SPOT,
    CONTROL,
    RETRIES,
    CASE
  }

  /** Odd and without a pattern: the golden ratio in 64 bits, as SplittableRandom has it. */
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  private final long seed;

  public Randomness(long seed) {
    this.seed = seed;
  }

  /** The stream for this purpose, from its beginning. */
  public SplittableRandom stream(Purpose purpose) {
    return of(purpose, 0);
  }

  /**
   * What is random of the thing with this number, whatever comes before it: under two policies the
   * same photo takes the same time.
   */
  public SplittableRandom of(Purpose purpose, long number) {
    long mixed = seed + GOLDEN * (1 + purpose.ordinal());
    return new SplittableRandom(new SplittableRandom(mixed + number * 31).nextLong() ^ number);
  }
}
