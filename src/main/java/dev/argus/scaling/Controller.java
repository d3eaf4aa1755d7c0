package dev.argus.scaling;

import dev.argus.config.Backoff;
import dev.argus.config.ScalingSettings;
import dev.argus.ports.Fleet;
import dev.argus.ports.LaunchFailedException;
import dev.argus.ports.QueueCounts;
import dev.argus.protocol.Answer;
import dev.argus.protocol.NodeReport;
import dev.argus.protocol.ResponseMessage;
import dev.argus.scaling.LaunchBook.Launch;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * What the controller knows and decides, without the calls: the actor around it makes those.
 *
 * <p>Each look becomes one {@link Step}. The launches of a step are planned in it, count as nodes
 * from then on, and are taken one by one with {@link #nextLaunch}. A launch that fails or whose
 * node does not serve (see {@link Trials}) holds further launches back for a time, which grows
 * until one serves. Not thread-safe.
 */
final class Controller {
  /**
   * What follows from one look.
   *
   * @param hopeless nodes that will not get ready, to be ended
   * @param gone what happened to nodes that are gone before they served, for people
   */
  record Step(Decision decision, List<String> hopeless, List<String> gone) {}

  private final ScalingSettings settings;
  private final ScalingPolicy policy;
  private final Estimates estimates;
  private final FleetView view;
  private final LaunchBook launches;
  private final Presence presence = new Presence();
  private final Trials trials = new Trials();
  private final BackoffTimer backoff;
  private final Set<String> blamed = new HashSet<>();
  private String trouble = "";

  Controller(
      ScalingSettings settings,
      ScalingPolicy policy,
      String cluster,
      RandomGenerator random,
      Instant now) {
    this.settings = settings;
    this.policy = policy;
    this.estimates = new Estimates(settings);
    this.view = new FleetView(settings.bootTimeout(), settings.launchVisibilityTimeout(), now);
    this.launches = new LaunchBook(cluster, random.nextLong(), settings.launchVisibilityTimeout());
    this.backoff =
        new BackoffTimer(new Backoff(settings.minBackoff(), settings.maxBackoff()), random);
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

  /** The queue or the fleet could not be read. */
  void blind(Instant now) {
    view.blind(now);
  }

  /** Decides what to do about the present state of the queue, the web tier and the fleet. */
  Step step(Instant now, QueueCounts counts, int waiting, List<Fleet.Node> shown) {
    List<Fleet.Node> nodes = presence.after(shown);
    launches.settle(now, nodes);
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

  /** Takes the next planned launch, to call EC2 for it now. */
  Optional<Launch> nextLaunch(Instant now) {
    return launches.next(now);
  }

  void launchAccepted(Launch launch, Fleet.Node node, Instant now) {
    launches.accepted(launch, now);
    view.launched(node.id(), now);
    trials.launched(node.id(), now);
  }

  /** Counts a failed launch, and says in words what happened. */
  String launchFailed(Launch launch, Instant startedAt, Throwable cause, Instant now) {
    launches.failed(launch, now);
    String why =
        cause instanceof LaunchFailedException refused
            ? refused.code() + ": " + refused.getMessage()
            : cause.toString();
    String what = "the launch of node " + launch.number() + " failed (" + why + ")";
    troubled(startedAt, now, what);
    return what;
  }

  /** EC2 has accepted to end a hopeless node. */
  void ended(String node, Instant now) {
    view.ended(node, now);
    trials.ended(node);
  }

  /** A node that never gets ready is a failed launch: once, however long its end takes. */
  private void blame(List<String> hopeless, Instant now) {
    blamed.retainAll(hopeless);
    for (String node : hopeless) {
      if (blamed.add(node)) {
        String timeout = Words.of(settings.bootTimeout());
        troubled(now, now, "node " + node + " was not ready " + timeout + " after its launch");
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
        estimates.bootTime(),
        estimates.parallelism(),
        settings.maxWorkers(),
        settings.targetTime());
  }
}
