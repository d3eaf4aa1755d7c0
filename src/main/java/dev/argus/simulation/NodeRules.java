package dev.argus.simulation;

import dev.argus.config.ScalingSettings;
import dev.argus.config.WorkerSettings;
import dev.argus.ports.Fleet;
import dev.argus.protocol.WarmNodes;
import dev.argus.worker.Leave;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The rules of a run about nodes: never more than the maximum, and none alive without a reason.
 *
 * <p>That none is idle for nothing is what Argus promises; of rivals only the maximum is checked.
 */
final class NodeRules implements Observer {
  /** Beyond what is stated: looks are a second apart, and EC2 tells launches to the second. */
  private static final Duration SLACK = Duration.ofSeconds(5);

  /** What is known of a node that has booted. */
  private static final class Seen {
    long received;
    long uselessSince = -1;
    long leavesSince = -1;
  }

  private final World world;
  private final Control control;
  private final int max;
  private final int kept;
  private final Duration bootLimit;
  private final Duration unwantedLimit;
  private final Duration emptyLimit;
  private final Duration leaveLimit;
  private final Consumer<String> violated;
  private final WorkerSettings worker;
  private long sent; // requests, at the last look
  private boolean anyWork; // for a moment at least, since the look before
  private final Map<Instance, Seen> seen = new HashMap<>();

  NodeRules(World world, Control control, SimulationSettings settings, Consumer<String> violated) {
    this.world = world;
    this.control = control;
    this.violated = violated;
    ScalingSettings scaling = settings.argus().scaling();
    this.worker = settings.argus().worker();
    this.max = scaling.maxWorkers();
    this.kept = worker.minWorkers();
    Duration look = worker.watchdogInterval();
    // The controller cannot hear for a tenth of the time when it wakes; then it ends the node.
    this.bootLimit =
        scaling
            .bootTimeout()
            .plus(scaling.bootTimeout().dividedBy(10))
            .plus(scaling.interval().multipliedBy(3))
            .plus(settings.faults().shownLate())
            .plus(SLACK);
    // Every third look of a node is at the fleet, and may come when it holds a photo for a moment.
    this.unwantedLimit = look.multipliedBy(6).plus(SLACK);
    Duration known = max(worker.receiveWait().multipliedBy(2), settings.faults().countsLate());
    this.emptyLimit = known.plus(worker.idleLimit()).plus(look.multipliedBy(3)).plus(SLACK);
    this.leaveLimit = worker.drainTimeout().plus(worker.giveBackTimeout()).plus(SLACK);
  }

  private static Duration max(Duration one, Duration other) {
    return one.compareTo(other) > 0 ? one : other;
  }

  @Override
  public void launched(Instance instance) {
    long nodes =
        control.isArgus()
            ? world.fleet().size()
            : world.fleet().instances().stream().filter(each -> !each.isOver()).count();
    if (nodes > max) {
      violated.accept("%d nodes exist, and %d may".formatted(nodes, max));
    }
  }

  @Override
  public void leaves(Instance instance, Leave why) {
    seen.computeIfAbsent(instance, it -> new Seen()).leavesSince = world.time().nanos();
  }

  @Override
  public void ended(Instance instance) {
    seen.remove(instance);
  }

  void look() {
    // A photo may come and go between two looks, and yet a node have seen it.
    anyWork = !world.requests().trueCounts().isEmpty() || world.requests().sent() != sent;
    sent = world.requests().sent();
    int older = 0;
    int olderRunning = 0;
    for (Instance instance : world.fleet().instances()) {
      if (instance.isOver()) {
        continue;
      }
      look(instance, older, olderRunning);
      older++;
      olderRunning += instance.node().state() == Fleet.State.RUNNING ? 1 : 0;
    }
  }

  private void look(Instance instance, int older, int olderRunning) {
    long now = world.time().nanos();
    Machine machine = instance.machine();
    if (machine == Machine.NONE) {
      if (control.isArgus() && now - instance.launchedNanos() > bootLimit.toNanos()) {
        violated.accept(
            "%s has not booted for more than %d s and is still there"
                .formatted(instance.id(), bootLimit.toSeconds()));
      }
      return;
    }
    Seen node = seen.computeIfAbsent(instance, it -> new Seen());
    if (node.leavesSince >= 0 && now - node.leavesSince > leaveLimit.toNanos()) {
      violated.accept(
          "%s wanted to leave more than %d s ago and is still there"
              .formatted(instance.id(), leaveLimit.toSeconds()));
    }
    boolean works = machine.held() > 0 || machine.received() != node.received;
    node.received = machine.received();
    if (!control.isArgus() || works || machine.isLeaving() || olderRunning < kept) {
      node.uselessSince = -1;
      return;
    }
    judgeIdle(instance, node, older);
  }

  private void judgeIdle(Instance instance, Seen node, int older) {
    long now = world.time().nanos();
    boolean isPaidAnyway = now - instance.launchedNanos() < worker.minimumBilled().toNanos();
    boolean isTold =
        control.warm().filter(word -> word.isFresh(world.time().instant())).isPresent();
    boolean isWanted = isTold ? older < control.warm().map(WarmNodes::count).orElse(0) : anyWork;
    if (isPaidAnyway || isWanted) {
      node.uselessSince = -1;
      return;
    }
    if (node.uselessSince < 0) {
      node.uselessSince = now;
    }
    Duration limit = isTold ? unwantedLimit : emptyLimit;
    if (now - node.uselessSince > limit.toNanos()) {
      violated.accept(
          "%s has nothing to do and no reason to stay for more than %d s, and is still there"
              .formatted(instance.id(), limit.toSeconds()));
    }
  }
}
