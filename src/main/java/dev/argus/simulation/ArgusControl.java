package dev.argus.simulation;

import dev.argus.config.ArgusSettings;
import dev.argus.ports.ObjectStore.Bucket;
import dev.argus.ports.ObjectStore.StoredObject;
import dev.argus.protocol.ObjectKeys;
import dev.argus.protocol.ResponseMessage;
import dev.argus.protocol.WarmNodes;
import dev.argus.scaling.Decision;
import dev.argus.scaling.DecisionLog;
import dev.argus.scaling.Forecast;
import dev.argus.scaling.Observation;
import dev.argus.scaling.ScalerActor;
import dev.argus.scaling.ScalingPolicy;
import dev.argus.scaling.Term;
import dev.argus.scaling.TermActor;
import dev.argus.worker.Watchdog;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.util.ByteString;

/**
 * The production controller, in one term that lasts, and the production watchdog on each node.
 *
 * <p>Who leads, and what it would note for the next leader, is not simulated.
 */
public final class ArgusControl implements Control {
  /** Decisions that are kept. */
  private static final int KEPT = 500;

  private final ScalingPolicy policy;
  private final DecisionLog log = new DecisionLog(1);
  private final Deque<Decision> launching = new ArrayDeque<>();
  private ActorRef<TermActor.Command> terms;
  private ActorRef<Watchdogs.Command> watchdogs;
  private World world;
  private Optional<WarmNodes> warm = Optional.empty();

  /**
   * @param policy as {@code argus.scaling.policy} names it, or any other
   */
  public ArgusControl(ScalingPolicy policy, ArgusSettings settings) {
    this.policy = policy.withAtLeast(settings.worker().minWorkers());
  }

  private Decision decide(Observation seen) {
    Decision decision = policy.decide(seen);
    world.observer().decided(decision);
    if (decision.launch() > 0) {
      if (launching.size() == KEPT) {
        launching.removeLast();
      }
      launching.addFirst(decision);
    }
    return decision;
  }

  @Override
  public void start(World world) {
    this.world = world;
    this.watchdogs = world.system().systemActorOf(Watchdogs.create(), "watchdogs", Props.empty());
    this.terms =
        world
            .system()
            .systemActorOf(
                TermActor.create(
                    world.settings().scaling(),
                    this::decide,
                    new ScalerActor.Surroundings(
                        world.settings().names().prefix(),
                        world.requests(),
                        world.fleet(),
                        world.waiting(),
                        log,
                        new Forecast(),
                        nodes -> {},
                        this::tellNodes,
                        world.time(),
                        world.randomness().stream(Randomness.Purpose.CONTROL),
                        new CompositeMeterRegistry())), // of none: nobody reads meters here
                "terms",
                Props.empty());
    terms.tell(new TermActor.Begin(new Term(1, List.of(), () -> true, notes -> done())));
  }

  private void tellNodes(WarmNodes word) {
    warm = Optional.of(word);
    world
        .store()
        .put(
            Bucket.STATE,
            ObjectKeys.WARM_NODES,
            new StoredObject(ByteString.fromString(word.toJson()), "application/json", Map.of()));
  }

  private static CompletableFuture<Done> done() {
    return CompletableFuture.completedFuture(Done.getInstance());
  }

  @Override
  public void accepted() {
    terms.tell(new TermActor.Pass(new ScalerActor.WorkAccepted()));
  }

  @Override
  public void heard(ResponseMessage message) {
    terms.tell(new TermActor.Pass(new ScalerActor.ResponseSeen(message)));
  }

  @Override
  public void watch(ModelNode node) {
    watchdogs.tell(
        new Watchdogs.Watch(
            node.id(),
            Watchdog.create(
                world.settings().worker(),
                new Watchdog.Surroundings(
                    node.id(),
                    node.instance().launchedAt(),
                    node::receiving,
                    () -> false,
                    node.busyShare(),
                    world.requests(),
                    world.fleet(),
                    () -> CompletableFuture.completedFuture(warm),
                    world.time(),
                    node::leave))));
  }

  @Override
  public void emptied(ModelNode node) {
    watchdogs.tell(new Watchdogs.Emptied(node.id()));
  }

  @Override
  public void unwatch(ModelNode node) {
    watchdogs.tell(new Watchdogs.Forget(node.id()));
  }

  @Override
  public int kept() {
    return world.settings().worker().minWorkers();
  }

  @Override
  public boolean isArgus() {
    return true;
  }

  @Override
  public Optional<WarmNodes> warm() {
    return warm;
  }

  @Override
  public List<Decision> decisions() {
    return List.copyOf(launching);
  }
}
