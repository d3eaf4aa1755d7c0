package dev.argus.web;

import dev.argus.config.ArgusSettings;
import dev.argus.protocol.PhotoId;
import java.util.List;
import java.util.Set;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;

/**
 * What the web node that leads does for the whole cluster beside scaling: the sweep and the drain
 * of the dead-letter queue. They are started when it begins to lead, and stopped when it ends.
 *
 * <p>Should two web nodes do this at once for a moment, no harm is done: each message goes to one
 * of them, and what is sent twice is recognised twice and answered once.
 */
final class ClusterDuties extends AbstractBehavior<ClusterDuties.Command> {

  sealed interface Command {}

  /** Whether this web node leads from now on. */
  record Lead(boolean leads) implements Command {}

  /**
   * What the duties work with.
   *
   * @param nodes all web nodes
   * @param unpublished photos that this web node still tries to publish
   */
  record Surroundings(
      ArgusSettings settings,
      WebMetrics metrics,
      WebTier.Dependencies deps,
      WebNodes nodes,
      Set<PhotoId> unpublished) {}

  static Behavior<Command> create(Surroundings surroundings) {
    return Behaviors.setup(context -> new ClusterDuties(context, surroundings));
  }

  private final Surroundings around;
  private final WebTier.Dependencies deps;
  private List<ActorRef<?>> running = List.of();
  private int term;

  private ClusterDuties(ActorContext<Command> context, Surroundings around) {
    super(context);
    this.around = around;
    this.deps = around.deps();
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder().onMessage(Lead.class, this::onLead).build();
  }

  private Behavior<Command> onLead(Lead lead) {
    if (lead.leads() && running.isEmpty()) {
      term++;
      around.metrics().watchDeadLetters();
      running =
          List.of(
              getContext().spawn(WebTier.restarting(sweep()), "sweep-" + term),
              getContext().spawn(WebTier.restarting(drain()), "dead-letters-" + term));
    } else if (!lead.leads() && !running.isEmpty()) {
      running.forEach(getContext()::stop);
      running = List.of();
      around.metrics().forgetDeadLetters();
    }
    return this;
  }

  private Behavior<Sweep.Command> sweep() {
    ArgusSettings settings = around.settings();
    return Sweep.create(
        new Sweep.Dependencies(
            deps.store(),
            deps.requests(),
            deps.deadLetters(),
            new Resend(
                deps.store(), deps.requests(), settings.web().requests().deadline(), deps.clock()),
            deps.responseQueue(),
            around.unpublished()::contains,
            () -> Overtaking.Evidence.head(around.nodes().evidence()),
            deps.scaling().isIdle(),
            around.metrics(),
            deps.clock()),
        settings.web().sweep(),
        settings.retention().photos());
  }

  private Behavior<DeadLetters.Tick> drain() {
    return DeadLetters.create(
        new DeadLetters(
            getContext().getSystem(),
            deps.deadLetters(),
            deps.queues(),
            deps.store(),
            around.metrics(),
            deps.clock()),
        around.settings().web().sweep(),
        deps.scaling().isIdle(),
        deps.clock());
  }
}
