package dev.argus.localaws;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * An instance at one moment.
 *
 * @param sequence grows with every launch: the order of listings
 * @param launchIndex its place within its launch
 * @param visibleFrom DescribeInstances does not show it before
 * @param protectedFromTermination cannot be terminated by a call
 */
record Instance(
    long sequence,
    String id,
    int launchIndex,
    Launch launch,
    Instant launchedAt,
    Instant visibleFrom,
    boolean protectedFromTermination,
    Map<String, String> tags,
    InstanceState state,
    Optional<StateReason> reason,
    Optional<Instant> terminatedAt) {

  Instance {
    tags = Map.copyOf(tags);
  }

  Instance in(InstanceState next) {
    return with(tags, next, reason, terminatedAt);
  }

  Instance endingFor(StateReason why) {
    return with(tags, InstanceState.SHUTTING_DOWN, Optional.of(why), terminatedAt);
  }

  Instance terminated(Instant now) {
    return with(tags, InstanceState.TERMINATED, reason, Optional.of(now));
  }

  Instance tagged(Map<String, String> more) {
    Map<String, String> all = new TreeMap<>(tags);
    all.putAll(more);
    return with(all, state, reason, terminatedAt);
  }

  boolean ends() {
    return state == InstanceState.SHUTTING_DOWN || state == InstanceState.TERMINATED;
  }

  private Instance with(
      Map<String, String> tags,
      InstanceState state,
      Optional<StateReason> reason,
      Optional<Instant> terminatedAt) {
    return new Instance(
        sequence,
        id,
        launchIndex,
        launch,
        launchedAt,
        visibleFrom,
        protectedFromTermination,
        tags,
        state,
        reason,
        terminatedAt);
  }
}
