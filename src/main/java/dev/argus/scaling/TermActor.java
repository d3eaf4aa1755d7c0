package dev.argus.scaling;

import dev.argus.config.ScalingSettings;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;

/**
 * Runs a controller in each {@link Term} of this web node, a new one each time, and none between.
 *
 * <p>What app nodes say is learnt from in between too, so that a controller that begins knows
 * service and boot times.
 */
public final class TermActor extends AbstractBehavior<TermActor.Command> {
  /** What it understands. */
  public sealed interface Command {}

  /** This web node begins to lead. */
  public record Begin(Term term) implements Command {}

  /**
   * This web node does not lead.
   *
   * @param why in words, for the decision log
   */
  public record End(String why) implements Command {}

  /** For the controller, if there is one. */
  public record Pass(ScalerActor.Command message) implements Command {}

  private enum Stopped implements Command {
    INSTANCE
  }

  /** No controller runs before the first term. */
  public static Behavior<Command> create(
      ScalingSettings settings, ScalingPolicy policy, ScalerActor.Surroundings surroundings) {
    return Behaviors.setup(context -> new TermActor(context, settings, policy, surroundings));
  }

  private final ScalingSettings settings;
  private final ScalingPolicy policy;
  private final ScalerActor.Surroundings around;
  private final ScalingMetrics metrics;
  private final Estimates estimates;
  private Optional<ActorRef<ScalerActor.Command>> scaler = Optional.empty();

  private TermActor(
      ActorContext<Command> context,
      ScalingSettings settings,
      ScalingPolicy policy,
      ScalerActor.Surroundings around) {
    super(context);
    this.settings = settings;
    this.policy = policy;
    this.around = around;
    this.metrics = new ScalingMetrics(around.meters());
    this.estimates = new Estimates(settings);
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Begin.class, this::onBegin)
        .onMessage(End.class, this::onEnd)
        .onMessage(Pass.class, this::onPass)
        .onMessageEquals(Stopped.INSTANCE, this::onStopped)
        .build();
  }

  private Behavior<Command> onBegin(Begin begin) {
    stopScaler();
    ActorRef<ScalerActor.Command> next =
        getContext()
            .spawn(
                ScalerActor.create(
                    settings, policy, around, begin.term(), estimates.copy(), metrics),
                "scaler-" + begin.term().generation());
    getContext().watchWith(next, Stopped.INSTANCE);
    scaler = Optional.of(next);
    return this;
  }

  private Behavior<Command> onEnd(End end) {
    stopScaler();
    around.decisions().add(Decision.following(around.clock().instant(), end.why()));
    return this;
  }

  private void stopScaler() {
    scaler.ifPresent(getContext()::stop);
    scaler = Optional.empty();
  }

  private Behavior<Command> onPass(Pass pass) {
    if (pass.message() instanceof ScalerActor.ResponseSeen seen) {
      estimates.learn(seen.message());
    }
    scaler.ifPresent(it -> it.tell(pass.message()));
    return this;
  }

  /** Only now, for until then it may still have had a last word. */
  private Behavior<Command> onStopped() {
    if (scaler.isEmpty()) {
      metrics.nothingObserved();
      around.forecast().observed(Optional.empty());
    }
    return this;
  }
}
