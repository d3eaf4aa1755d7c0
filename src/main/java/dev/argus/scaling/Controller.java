package dev.argus.scaling;

import dev.argus.config.Backoff;
import dev.argus.config.ScalingSettings;
import dev.argus.ports.Fleet;
import dev.argus.ports.LaunchFailedException;
import dev.argus.ports.NoCapacityException;
import dev.argus.ports.QueueCounts;
import dev.argus.protocol.Answer;
import dev.argus.protocol.NodeReport;
import dev.argus.protocol.NotedLaunch;
import dev.argus.protocol.ResponseMessage;
import dev.argus.scaling.FleetView.Hopeless;
import dev.argus.scaling.LaunchBook.Launch;
import dev.argus.scaling.Lookout.Sight;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/**
 * What the controller knows and decides, without the calls: the actor around it makes those.
 *
 * <p>Each look becomes one {@link Step}. The launches of a step are planned in it, count as nodes
 * from then on, and are taken one by one with {@link #nextLaunch} once they are noted. A launch
 * that fails or whose node does not serve (see {@link Trials}) holds further launches back for a
 * time, which grows until one serves. Not thread-safe.
 */
final class Controller {
  /**
   * What follows from one look.
   *
   * @param hopeless nodes that serve nobody and never will, to be ended
   * @param gone what happened to nodes that are gone before they served, for people
   */
  record Step(Decision decision, List<Hopeless> hopeless, List<String> gone) {}

  /**
   * EC2 has started a node for this token before, with other parameters: another web node had begun
   * the launch, which told its app nodes another response queue, or had other settings.
   */
  private static final String TOKEN_USED = "IdempotentParameterMismatch";

  /** The node that EC2 has started for this token is gone. */
  private static final String TOKEN_OVER = "IdempotentInstanceTerminated";

  private final ScalingSettings settings;
  private final ScalingPolicy policy;
  private final Estimates estimates;
  private final FleetView view;
  private final LaunchBook launches;
  private final ArrivalLog arrivals;
  private final Presence presence = new Presence();
  private final Trials trials = new Trials();
  private final BackoffTimer backoff;
  private final Set<String> blamed = new HashSet<>();
  private String trouble = "";

  /**
   * @param launches empty
   * @param estimates what is known of nodes before the first one is heard
   */
  Controller(
      ScalingSettings settings,
      ScalingPolicy policy,
      LaunchBook launches,
      Estimates estimates,
      RandomGenerator random,
      Instant now) {
    this.settings = settings;
    this.policy = policy;
    this.estimates = estimates;
    this.view = new FleetView(settings.bootTimeout(), settings.launchVisibilityTimeout(), now);
    this.launches = launches;
    this.arrivals = new ArrivalLog(settings.deadline(), now);
    this.backoff =
        new BackoffTimer(new Backoff(settings.minBackoff(), settings.maxBackoff()), random);
  }

  /** Takes over what earlier leaders have noted of their launches; before the first step. */
  void restore(List<NotedLaunch> noted, Instant now) {
    launches.restore(noted, now);
  }

  /** The web tier has accepted a photo. */
  void accepted(Instant now) {
    arrivals.accepted(now);
  }

  /** Learns from what an app node sent; says what happened if the node has failed. */
  Optional<String> hear(ResponseMessage message, Instant now) {
    if (message instanceof Answer answer) {
      view.answered(answer.node(), now);
      estimates.learn(answer);
      trials.answered(answer.node()).ifPresent(backoff::succeeded);
      return Optional.empty();
    }
    NodeReport report = (NodeReport) message;
    view.reported(report, now);
    estimates.learn(report);
    trials.counted(report).ifPresent(backoff::succeeded);
    Optional<Trials.Failed> failed = trials.reported(report);
    failed.ifPresent(trial -> troubled(trial.launchedAt(), now, trial.what()));
    return failed.map(Trials.Failed::what);
  }

  /** A queue or the fleet could not be read: what nodes say may not come through. */
  void blind(Instant now) {
    view.blind(now);
  }

  /** Decides what to do about the present state of the queue, the web tier and the fleet. */
  Step step(Instant now, Sight sight, int waiting) {
    QueueCounts counts = sight.counts();
    List<Fleet.Node> nodes = presence.after(sight.nodes());
    launches.settle(sight.startedAt(), nodes);
    FleetView.Roster roster =
        view.roster(now, nodes, estimates.bootTime(), waiting > 0 || !counts.isEmpty());
    blame(roster.hopeless(), now);
    trials.forgetUnseen(now.minus(settings.launchVisibilityTimeout()));
    List<Trials.Failed> gone = trials.settle(nodes);
    gone.forEach(trial -> troubled(trial.launchedAt(), now, trial.what()));
    Decision decision = policy.decide(observation(now, counts, waiting, roster));
    if (decision.launch() > 0 && backoff.holds(now)) {
      decision = decision.heldBack(backoff.until(), trouble);
    } else if (decision.launch() > 0 && backoff.isFailing()) {
      decision = decision.again(trouble);
    }
    launches.plan(decision.launch(), now, nodes);
    return new Step(decision, roster.hopeless(), gone.stream().map(Trials.Failed::what).toList());
  }

  /**
   * The launches as the next leader must know them, each in its pool.
   *
   * @param pools says for a token where its launch goes
   */
  List<NotedLaunch> launches(Function<String, Fleet.Pool> pools, Instant now) {
    launches.place(pools, now);
    return launches.notes();
  }

  /** The next leader would find these launches; of those, the planned ones may be called. */
  void noted(List<NotedLaunch> noted, Instant now) {
    launches.noted(noted, now);
  }

  /** The launches could not be noted. If any was to be called, says in words what happened. */
  Optional<String> notNoted(Instant startedAt, Throwable cause, Instant now) {
    if (!launches.dropUncalled(now)) {
      return Optional.empty();
    }
    String what = "launches could not be noted in the state bucket first: " + cause.getMessage();
    troubled(startedAt, now, what);
    return Optional.of(what);
  }

  /** Takes the next noted launch, for which EC2 is called now. */
  Optional<Launch> nextLaunch(Instant now) {
    return launches.next(now);
  }

  /**
   * EC2 has accepted the launch, or had done so before for the same token; false if that one's node
   * has ended since, so that the next step must launch another.
   */
  boolean launchAccepted(Launch launch, Fleet.Node node, Instant now) {
    if (node.state() == Fleet.State.SHUTTING_DOWN) {
      launches.over(launch);
      return false;
    }
    launches.accepted(launch, now);
    view.launched(node.id(), now);
    trials.launched(node.id(), now);
    return true;
  }

  /**
   * The pool of the launch has nothing to give. Unless an earlier call may have started a node
   * there, the launch is planned again, for another pool.
   *
   * @return whether it is
   */
  boolean launchMoves(Launch launch, Instant now) {
    return launches.refused(launch, now);
  }

  /**
   * Counts a failed launch, and says in words what happened; empty if it was only that an earlier
   * call with the same token had started a node, which may have ended since.
   */
  Optional<String> launchFailed(Launch launch, Instant startedAt, Throwable cause, Instant now) {
    String code = cause instanceof LaunchFailedException refused ? refused.code() : "";
    switch (code) {
      case TOKEN_USED -> {
        launches.accepted(launch, now); // it counts until it is shown
        return Optional.empty();
      }
      case TOKEN_OVER -> {
        launches.over(launch);
        return Optional.empty();
      }
      default -> {
        if (cause instanceof NoCapacityException && launches.refused(launch, now)) {
          launches.dropUncalled(now);
        } else {
          launches.failed(launch, now);
        }
      }
    }
    String why =
        cause instanceof LaunchFailedException refused
            ? refused.code() + ": " + refused.getMessage()
            : cause.toString();
    String what = "the launch of node " + launch.number() + " failed (" + why + ")";
    troubled(startedAt, now, what);
    return Optional.of(what);
  }

  /** EC2 has accepted to end a hopeless node. */
  void ended(String node, Instant now) {
    view.ended(node, now);
    trials.ended(node);
  }

  /** A node that has served nobody is a failed launch: once, however long its end takes. */
  private void blame(List<Hopeless> hopeless, Instant now) {
    List<String> failed =
        hopeless.stream()
            .filter(node -> !node.gotReady() || trials.isOpen(node.id()))
            .map(Hopeless::id)
            .toList();
    blamed.retainAll(failed);
    for (String node : failed) {
      if (blamed.add(node)) {
        String timeout = Words.of(settings.bootTimeout());
        troubled(now, now, "node " + node + " has not got ready, or said nothing, for " + timeout);
      }
    }
  }

  private void troubled(Instant startedAt, Instant now, String what) {
    backoff.failed(startedAt, now);
    trouble = what;
  }

  private Observation observation(
      Instant now, QueueCounts counts, int waiting, FleetView.Roster roster) {
    List<Duration> unseen = launches.unseen(now);
    int counted = (int) Math.min((long) counts.visible() + counts.inFlight(), Integer.MAX_VALUE);
    return new Observation(
        now,
        counts.visible(),
        counts.inFlight(),
        waiting,
        roster.ready(),
        roster.booting(),
        unseen,
        roster.leaving(),
        roster.overdue(),
        estimates.serviceTime(),
        estimates.serviceSpread(),
        estimates.bootTime(),
        estimates.bootSpread(),
        estimates.parallelism(),
        settings.maxWorkers(),
        settings.targetTime(),
        settings.deadline(),
        settings.interval(),
        arrivals.demand(now, waiting, counted));
  }
}
