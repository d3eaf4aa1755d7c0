package dev.argus.simulation;

import java.time.Duration;
import java.util.Optional;

/**
 * A run broke a rule that must hold all along, one of which is that nothing in it throws;
 * docs/invariants.md has them.
 *
 * <p>Its message has what is needed to see it again: the seed, the step, the virtual time and, if
 * it is known, the command.
 */
public final class InvariantViolation extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final String what;
  private final long seed;
  private final long step;
  private final Duration time;

  /**
   * @param what is wrong, with its numbers
   * @param step counts the tasks that time brought, from 1
   * @param time since the run began
   * @param cause what was thrown, if something was
   */
  InvariantViolation(String what, long seed, long step, Duration time, Optional<Throwable> cause) {
    this(what, seed, step, time, cause, "");
  }

  private InvariantViolation(
      String what, long seed, long step, Duration time, Optional<Throwable> cause, String command) {
    super(
        "%s%n  seed %d, step %d, %s into the run%s"
            .formatted(
                what,
                seed,
                step,
                Timeline.clock(time),
                command.isEmpty() ? "" : "%n  see it again: %s".formatted(command)),
        cause.orElse(null));
    this.what = what;
    this.seed = seed;
    this.step = step;
    this.time = time;
  }

  /** The same, with the command that shows it again. */
  public InvariantViolation seenAgainBy(String command) {
    InvariantViolation same =
        new InvariantViolation(what, seed, step, time, Optional.ofNullable(getCause()), command);
    same.setStackTrace(getStackTrace());
    return same;
  }
}
