package dev.argus.worker;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * This node should leave, and why.
 *
 * @param text the reason with its numbers, for people
 * @param by when the node will be taken away, if it will
 */
public record Leave(Reason reason, String text, Optional<Instant> by) {
  /** The reasons to leave. */
  public enum Reason {
    /** There is nothing to do for anybody. */
    EMPTY,
    /** The other nodes can do what there is to do. */
    SURPLUS,
    /** The queue cannot be reached, and so the node is of no use. */
    UNREACHABLE,
    /** EC2 takes the machine away at a known time. */
    INTERRUPTED,
    /** The node cannot do its work. */
    FAILED,
    /** Someone else said so. */
    TOLD
  }

  public Leave(Reason reason, String text) {
    this(reason, text, Optional.empty());
  }

  /**
   * How long the node may go on to finish what it holds; zero or more.
   *
   * @param drainTimeout the most that any leaving node may take
   * @param slack kept free before {@link #by}, for giving back the rest
   */
  Duration timeToFinish(Duration drainTimeout, Duration slack, Instant now) {
    Duration left =
        by.map(end -> Duration.between(now, end).minus(slack))
            .filter(untilTaken -> untilTaken.compareTo(drainTimeout) < 0)
            .orElse(drainTimeout);
    return left.isNegative() ? Duration.ZERO : left;
  }
}
