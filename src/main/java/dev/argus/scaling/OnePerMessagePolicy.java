package dev.argus.scaling;

import static dev.argus.scaling.Decision.Verdict.ENOUGH;
import static dev.argus.scaling.Decision.Verdict.NO_WORK;

/**
 * The original rule: one node per waiting photo, up to the maximum.
 *
 * <p>Nodes that are ready or start count, so none is launched while they are as many as the photos.
 * With {@code capacity = ready + starting}, it launches {@code min(work, maximum) - capacity},
 * never below 0, and never more than the maximum leaves room for.
 */
final class OnePerMessagePolicy implements ScalingPolicy {
  @Override
  public Decision decide(Observation seen) {
    int work = seen.work();
    if (work == 0) {
      return Decision.stay(seen, NO_WORK, "no photo waits");
    }
    int capacity = seen.ready() + seen.starting();
    String nodes = seen.ready() + " ready and " + seen.starting() + " starting nodes";
    if (capacity >= work) {
      return Decision.stay(
          seen, ENOUGH, "one node each for " + Words.count(work, "photo") + ": " + nodes);
    }
    return Decision.launch(
        seen, work - capacity, "one node per photo, " + Words.count(work, "photo") + ", " + nodes);
  }
}
