package dev.argus.simulation;

import dev.argus.ports.ObjectStore.Bucket;
import dev.argus.ports.QueueCounts;
import dev.argus.protocol.ClassifyReply;
import dev.argus.protocol.ObjectKeys;
import dev.argus.protocol.PhotoId;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The rules of a run about photos: none is lost, none is answered twice, none waits while nodes
 * have nothing to do or while no node is there, and all are done in the end.
 */
final class PhotoRules implements Observer {
  /** Nodes that are free ask at once: two looks in a row must not find a photo before them. */
  private static final Duration TAKEN_WITHIN = Duration.ofSeconds(2);

  private final World world;
  private final Control control;
  private final SimulationSettings settings;
  private final Consumer<String> violated;
  private final Set<Long> pending = new HashSet<>(); // numbers of photos
  private long came;
  private long answered;
  private long unanswered;
  private long deleted;
  private long freeSince = -1; // with photos that wait
  private long aloneSince = -1; // photos that wait, with no node
  private long doneBy = Long.MAX_VALUE;

  PhotoRules(World world, Control control, SimulationSettings settings, Consumer<String> violated) {
    this.world = world;
    this.control = control;
    this.settings = settings;
    this.violated = violated;
  }

  @Override
  public void came(PhotoId id) {
    came++;
    if (!pending.add(Photos.number(id))) {
      violated.accept(name(id) + " came twice");
    }
  }

  @Override
  public void answered(PhotoId id, Duration latency, ClassifyReply reply) {
    answered++;
    over(id);
  }

  @Override
  public void unanswered(PhotoId id) {
    unanswered++;
    over(id);
  }

  private void over(PhotoId id) {
    if (!pending.remove(Photos.number(id))) {
      violated.accept(name(id) + " was answered a second time, or never came");
    }
  }

  @Override
  public void deleted(PhotoId id) {
    deleted++;
    boolean isOwed = pending.contains(Photos.number(id));
    if (isOwed && !world.store().holds(Bucket.OUTPUT, ObjectKeys.result(id))) {
      violated.accept(name(id) + " is lost: its request was deleted, and it has no answer");
    }
  }

  private static String name(PhotoId id) {
    return "photo " + Photos.number(id);
  }

  void look() {
    QueueCounts held = world.requests().trueCounts();
    checkCounts(held);
    checkWaiting(held);
    if (world.time().nanos() > doneBy && !pending.isEmpty()) {
      violated.accept(
          "%d photos are still not answered, long after a whole fleet would have done them"
              .formatted(pending.size()));
    }
  }

  private void checkCounts(QueueCounts held) {
    if (came != answered + unanswered + pending.size()) {
      violated.accept(
          "%d photos came; %d were answered, %d not, and %d are pending"
              .formatted(came, answered, unanswered, pending.size()));
    }
    if (world.waiting().getAsInt() != pending.size()) {
      violated.accept(
          "%d photos are pending, and the web tier counts %d"
              .formatted(pending.size(), world.waiting().getAsInt()));
    }
    long left = world.requests().sent() - deleted;
    if (held.visible() < 0
        || held.inFlight() < 0
        || (long) held.visible() + held.inFlight() != left) {
      violated.accept(
          "%d requests were sent and %d deleted, but %d are visible and %d in flight"
              .formatted(world.requests().sent(), deleted, held.visible(), held.inFlight()));
    }
  }

  private void checkWaiting(QueueCounts held) {
    boolean free = false;
    boolean anyNode = false;
    for (Instance instance : world.fleet().instances()) {
      Machine machine = instance.machine();
      anyNode |= !instance.isOver();
      free |=
          machine != Machine.NONE
              && !instance.isOver()
              && !machine.isLeaving()
              && machine.held() == 0;
    }
    freeSince = since(freeSince, held.visible() > 0 && free);
    if (lasted(freeSince, TAKEN_WITHIN)) {
      violated.accept(
          "%d photos wait while a node has nothing to do, for more than %d s"
              .formatted(held.visible(), TAKEN_WITHIN.toSeconds()));
    }
    aloneSince = since(aloneSince, !pending.isEmpty() && !anyNode && control.isArgus());
    if (lasted(aloneSince, launchedWithin())) {
      violated.accept(
          "%d photos wait and no node was launched for more than %d s"
              .formatted(pending.size(), launchedWithin().toSeconds()));
    }
  }

  /** Photos may gather for a deadline; then a launch or two may fail. */
  private Duration launchedWithin() {
    return settings
        .argus()
        .scaling()
        .deadline()
        .plus(settings.argus().scaling().maxBackoff().multipliedBy(2))
        .plus(settings.argus().scaling().interval().multipliedBy(2))
        .plus(settings.faults().countsLate());
  }

  private long since(long before, boolean holds) {
    if (!holds) {
      return -1;
    }
    return before >= 0 ? before : world.time().nanos();
  }

  private boolean lasted(long since, Duration limit) {
    return since >= 0 && world.time().nanos() - since > limit.toNanos();
  }

  void arrivalsAreOver() {
    var scaling = settings.argus().scaling();
    double hands = (double) scaling.maxWorkers() * scaling.nodeParallelism();
    double work = pending.size() * (double) settings.service().mean().toNanos() / hands;
    Duration mishaps = scaling.bootTimeout().plus(scaling.maxBackoff()).multipliedBy(3);
    double by = world.time().nanos() + scaling.deadline().plus(mishaps).toNanos() + 2 * work;
    doneBy = control.isArgus() && by < settings.limit().toNanos() ? (long) by : Long.MAX_VALUE;
  }

  void checkEnd(SimulationResult result) {
    if (result.photos() != came || result.unanswered() != unanswered + pending.size()) {
      violated.accept(
          "%d photos came and %d have no answer; the result tells %d and %d"
              .formatted(came, unanswered + pending.size(), result.photos(), result.unanswered()));
    }
  }
}
