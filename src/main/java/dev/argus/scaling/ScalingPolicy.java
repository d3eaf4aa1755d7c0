package dev.argus.scaling;

/**
 * Decides how many app nodes to launch: a pure function, the same for the same observation.
 *
 * <p>Every policy launches none beyond the maximum and none twice: deciding again with the launches
 * that were just decided among {@link Observation#unseen} launches nothing. Without work none is
 * launched, but for those that {@link #withAtLeast} keeps. No policy ends nodes; a node that is not
 * needed leaves by itself.
 */
@FunctionalInterface
public interface ScalingPolicy {
  Decision decide(Observation observation);

  /** This policy, with so many nodes at least, even without work. */
  default ScalingPolicy withAtLeast(int minWorkers) {
    return minWorkers == 0 ? this : new MinimumPolicy(this, minWorkers);
  }

  /** The policy of that name, as {@code argus.scaling.policy} has it. */
  static ScalingPolicy named(String name) {
    return switch (name) {
      case "deadline" -> new DeadlinePolicy();
      case "backlog" -> new BacklogPolicy();
      case "one-per-message" -> new OnePerMessagePolicy();
      default ->
          throw new IllegalArgumentException(
              "expected the policy deadline, backlog or one-per-message, found " + name);
    };
  }
}
