package dev.argus.scaling;

/**
 * Keeps some nodes warm, whatever there is to do: launches what is missing to the minimum where the
 * policy that it goes before would launch fewer.
 *
 * <p>Nodes that start count, those that leave or are overdue do not. The nodes themselves see to it
 * that the oldest stay.
 */
record MinimumPolicy(ScalingPolicy policy, int minWorkers) implements ScalingPolicy {
  @Override
  public Decision decide(Observation seen) {
    Decision decision = policy.decide(seen);
    if (decision.warm().isPresent()) {
      decision = decision.withWarm(Math.max(minWorkers, decision.warm().getAsInt()));
    }
    int missing = minWorkers - seen.ready() - seen.starting();
    if (missing <= decision.launch()) {
      return decision;
    }
    Decision more =
        Decision.launch(
            seen,
            missing,
            seen.ready()
                + " ready and "
                + seen.starting()
                + " starting nodes are fewer than argus.worker.min-workers, "
                + minWorkers);
    return decision.warm().isPresent() ? more.withWarm(decision.warm().getAsInt()) : more;
  }
}
