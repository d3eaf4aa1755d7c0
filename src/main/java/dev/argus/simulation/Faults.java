package dev.argus.simulation;

import java.time.Duration;
import java.util.Locale;

/**
 * What goes wrong in a run, beyond what is random in every run (boot and service times).
 *
 * @param countsLate counts of the request queue are up to this old
 * @param countsWrong and wrong by up to this share, either way
 * @param duplicates the share of receives after which a message stays visible
 * @param capacityErrors the share of launches that EC2 refuses for want of capacity; some of those
 *     that one decision wanted start and some do not
 * @param smallAccounts the share of runs in an account that may have nine tenths of the maximum
 * @param neverUp the share of launched nodes that run, cost money and never get ready
 * @param throttled whether EC2 takes RunInstances only at its documented rate
 * @param shownLate EC2 shows a new node up to this late
 * @param spot whether nodes are spot instances, whose price changes by the hour
 * @param interruptionsPerHour how often EC2 takes a spot instance away, two minutes after it said
 *     so
 */
public record Faults(
    Duration countsLate,
    double countsWrong,
    double duplicates,
    double capacityErrors,
    double smallAccounts,
    double neverUp,
    boolean throttled,
    Duration shownLate,
    boolean spot,
    double interruptionsPerHour) {

  /** The sets of faults that have a name. */
  public enum Kind {
    NONE,
    COUNTS,
    LAUNCH,
    SPOT,
    ALL;

    /** The name on command lines. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Nothing goes wrong. */
  public static Faults none() {
    return of(Kind.NONE);
  }

  /**
   * The faults of that name: counts up to a minute late, the time in which SQS says that they
   * settle, and wrong by a fifth; one launch in twenty in vain, half of them refused and half of
   * them never up, and in one run of three an account that may have nine tenths of the maximum
   * only; spot instances of which one in twenty is taken away in an hour, which is far more often
   * than AWS reports of most pools in a month, so that runs of a day meet it.
   */
  public static Faults of(Kind kind) {
    boolean counts = kind == Kind.COUNTS || kind == Kind.ALL;
    boolean launch = kind == Kind.LAUNCH || kind == Kind.ALL;
    boolean spot = kind == Kind.SPOT || kind == Kind.ALL;
    return new Faults(
        counts ? Duration.ofSeconds(60) : Duration.ZERO,
        counts ? 0.2 : 0,
        counts ? 0.001 : 0,
        launch ? 0.025 : 0,
        launch ? 1.0 / 3 : 0,
        launch ? 0.025 : 0,
        launch,
        launch ? Duration.ofSeconds(5) : Duration.ZERO,
        spot,
        spot ? 0.05 : 0);
  }
}
