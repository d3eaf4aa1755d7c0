package dev.argus.web;

import dev.argus.config.ArgusSettings;
import dev.argus.protocol.PhotoId;
import java.util.Set;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Props;

/** What one web node, the one that scales, does for the whole cluster beside scaling. */
final class ClusterDuties {
  private final ActorSystem<?> system;
  private final ArgusSettings settings;
  private final WebMetrics metrics;
  private final WebTier.Dependencies deps;

  ClusterDuties(
      ActorSystem<?> system,
      ArgusSettings settings,
      WebMetrics metrics,
      WebTier.Dependencies dependencies) {
    this.system = system;
    this.settings = settings;
    this.metrics = metrics;
    this.deps = dependencies;
  }

  /**
   * Starts the sweep and the drain of the dead-letter queue.
   *
   * @param unpublished photos that this web node still tries to publish
   */
  void start(WebNodes nodes, Set<PhotoId> unpublished) {
    system.systemActorOf(
        WebTier.restarting(
            Sweep.create(
                sweep(nodes, unpublished), settings.web().sweep(), settings.retention().photos())),
        "sweep",
        Props.empty());
    metrics.watchDeadLetters();
    DeadLetters drain =
        new DeadLetters(
            system, deps.deadLetters(), deps.queues(), deps.store(), metrics, deps.clock());
    system.systemActorOf(
        WebTier.restarting(DeadLetters.create(drain, settings.web().sweep())),
        "dead-letters",
        Props.empty());
  }

  private Sweep.Dependencies sweep(WebNodes nodes, Set<PhotoId> unpublished) {
    return new Sweep.Dependencies(
        deps.store(),
        deps.requests(),
        deps.deadLetters(),
        new Resend(
            deps.store(), deps.requests(), settings.web().requests().deadline(), deps.clock()),
        deps.responseQueue(),
        unpublished::contains,
        () -> Overtaking.Evidence.head(nodes.evidence()),
        metrics,
        deps.clock());
  }
}
