package dev.argus.simulation;

import dev.argus.config.WorkerSettings;
import dev.argus.ports.Acknowledgement;
import dev.argus.ports.Delivery;
import dev.argus.ports.ObjectStore.Bucket;
import dev.argus.ports.ObjectStore.StoredObject;
import dev.argus.protocol.Answer;
import dev.argus.protocol.ClassifyReply;
import dev.argus.protocol.Codec;
import dev.argus.protocol.NodeReport;
import dev.argus.protocol.ObjectKeys;
import dev.argus.protocol.PhotoId;
import dev.argus.protocol.Prediction;
import dev.argus.protocol.StageTimes;
import dev.argus.protocol.WireMessage;
import dev.argus.worker.BusyShare;
import dev.argus.worker.Leave;
import dev.argus.worker.ReceiveStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.pekko.actor.Cancellable;
import org.apache.pekko.util.ByteString;

/**
 * An app node as a model: it takes photos as the real one does, and spends a random time on each.
 *
 * <p>Like the real one it receives a batch when it has room for one, works on {@code parallelism}
 * photos at once, stores the result, replies, deletes the request, renews the leases on what it
 * holds, reports, and when it leaves finishes what the drain timeout allows and gives back the
 * rest. Unlike the real one it works on suspects with others side by side, and dead-letters
 * nothing.
 */
public final class ModelNode implements Machine {
  /** Told how busy nodes are. */
  interface Listener {
    /** One more node works on a photo, or one less. */
    void working(int more);

    /** A core has worked for so long. */
    void worked(long nanos);
  }

  static final List<Prediction> SEEN = List.of(new Prediction("simulated", 0.9));
  private static final String NAME = "photo.jpg";
  static final String MODEL = "simulated";

  /** A quarter of the service time is decoding, by the benchmarks of phone photos. */
  static final int DECODE_SHARE = 4;

  /** A photo that the node holds. */
  private static final class Job {
    private final Delivery delivery;
    private final Instant receivedAt;
    private final PhotoId id;
    private long begun; // in nanoseconds
    private Cancellable end;

    Job(Delivery delivery, Instant receivedAt) {
      this.delivery = delivery;
      this.receivedAt = receivedAt;
      this.id = Photos.id(delivery.message());
    }
  }

  private final World world;
  private final Instance instance;
  private final Control control;
  private final Lognormal service;
  private final Listener listener;
  private final WorkerSettings settings;
  private final int parallelism;
  private final BusyShare busyShare;
  private final Deque<Job> waiting = new ArrayDeque<>(); // held, and not worked on yet
  private final List<Job> atWork = new ArrayList<>(); // parallelism at most
  private final List<Cancellable> timers = new ArrayList<>();
  private SimulatedQueue.Poll poll;
  private Cancellable renewal = Cancellable.alreadyCancelled();
  private Instant lastReceive;
  private int emptyReceives;
  private long received;
  private boolean closed; // receives no more
  private boolean stopped;

  private ModelNode(
      World world, Instance instance, Control control, Lognormal service, Listener listener) {
    this.world = world;
    this.instance = instance;
    this.control = control;
    this.service = service;
    this.listener = listener;
    this.settings = world.settings().worker();
    this.parallelism = world.settings().scaling().nodeParallelism();
    this.lastReceive = world.time().instant();
    this.busyShare = new BusyShare(settings.busyWindow(), parallelism, lastReceive);
  }

  /** Begins to receive, and says READY. */
  static ModelNode start(
      World world, Instance instance, Control control, Lognormal service, Listener listener) {
    ModelNode node = new ModelNode(world, instance, control, service, listener);
    node.receive();
    node.report(NodeReport.State.READY, "");
    node.reportAgain();
    control.watch(node);
    return node;
  }

  /** The instance id. */
  public String id() {
    return instance.id();
  }

  /** What it runs on. */
  public Instance instance() {
    return instance;
  }

  /** How receiving goes. */
  public ReceiveStatus receiving() {
    return new ReceiveStatus(lastReceive, emptyReceives, held());
  }

  /** The share of its time in which it works. */
  public BusyShare busyShare() {
    return busyShare;
  }

  @Override
  public int held() {
    return waiting.size() + atWork.size();
  }

  @Override
  public long received() {
    return received;
  }

  @Override
  public boolean isLeaving() {
    return closed;
  }

  private List<Job> allHeld() {
    List<Job> held = new ArrayList<>(atWork);
    held.addAll(waiting);
    return held;
  }

  private void receive() {
    // As the worker's intake has it: a receive for one photo costs as much as for ten.
    int batch = Math.min(SimulatedQueue.MAX_BATCH, Math.max(1, settings.maxHeld() / 2));
    int room = settings.maxHeld() - held();
    if (poll == null && !closed && room >= batch) {
      poll = world.requests().receive(room, settings.receiveWait(), this::received);
    }
  }

  private void received(List<Delivery> batch) {
    poll = null;
    lastReceive = world.time().instant();
    emptyReceives = batch.isEmpty() ? emptyReceives + 1 : 0;
    received += batch.size();
    boolean first = held() == 0 && !batch.isEmpty();
    batch.forEach(delivery -> waiting.add(new Job(delivery, lastReceive)));
    if (first) {
      renewal.cancel();
      renewal = world.time().after(settings.renewInterval(), this::renew);
    }
    work();
    if (batch.isEmpty() && held() == 0) {
      control.foundNothing(this);
    }
    receive();
    leaveWhenDone();
  }

  private void work() {
    while (atWork.size() < parallelism && !waiting.isEmpty()) {
      begin(waiting.remove());
    }
  }

  private void begin(Job job) {
    if (job.delivery.receiveCount() > 1 && isAnswered(job)) {
      finish(job, 0);
      return;
    }
    long time = service.nanos(Photos.random(world.randomness(), job.id));
    job.begun = world.time().nanos();
    job.end = world.time().afterNanos(time, () -> worked(job, time));
    if (atWork.isEmpty()) {
      listener.working(1);
    }
    atWork.add(job);
  }

  private boolean isAnswered(Job job) {
    return world.store().holds(Bucket.OUTPUT, ObjectKeys.result(job.id));
  }

  private void worked(Job job, long nanos) {
    atWork.remove(job);
    if (atWork.isEmpty()) {
      listener.working(-1);
    }
    listener.worked(nanos);
    busyShare.add(world.time().instant(), Duration.ofNanos(nanos));
    finish(job, nanos);
    work();
    receive();
    leaveWhenDone();
    if (held() == 0 && !closed) {
      control.emptied(this);
    }
  }

  private void finish(Job job, long nanos) {
    Duration all = Duration.ofNanos(nanos);
    Duration decode = all.dividedBy(DECODE_SHARE);
    Duration queued = Duration.between(job.delivery.sentAt(), job.receivedAt);
    WireMessage answer =
        Codec.encode(
            new Answer(
                new ClassifyReply.Recognised(job.id, NAME, SEEN, MODEL),
                id(),
                new StageTimes(queued, decode, all.minus(decode), all)));
    world
        .store()
        .put(
            Bucket.OUTPUT,
            ObjectKeys.result(job.id),
            new StoredObject(ByteString.fromString(answer.body()), "application/json", Map.of()));
    world.responses().send(answer);
    world.requests().act(Acknowledgement.delete(job.delivery));
  }

  private void renew() {
    for (Job job : allHeld()) {
      world.requests().act(Acknowledgement.extend(job.delivery, settings.visibilityTimeout()));
    }
    if (held() > 0) {
      renewal = world.time().after(settings.renewInterval(), this::renew);
    }
  }

  private void reportAgain() {
    timers.clear();
    timers.add(
        world
            .time()
            .after(
                settings.reportInterval(),
                () -> {
                  report(NodeReport.State.WORKING, "");
                  reportAgain();
                }));
  }

  private void report(NodeReport.State state, String reason) {
    Instant now = world.time().instant();
    world
        .responses()
        .send(
            Codec.encode(
                new NodeReport(
                    id(),
                    state,
                    reason,
                    now,
                    Duration.between(instance.launchedAt(), now),
                    parallelism)));
  }

  /** Receives no more, finishes what fits into the time left, gives back the rest, and ends. */
  public void leave(Leave why) {
    if (closed) {
      return;
    }
    closed = true;
    world.observer().leaves(instance, why);
    report(NodeReport.State.DRAINING, why.text());
    Duration left = settings.drainTimeout();
    Optional<Duration> untilTaken =
        why.by()
            .map(by -> Duration.between(world.time().instant(), by))
            .map(time -> time.minus(settings.giveBackTimeout()));
    Duration drain = untilTaken.filter(time -> time.compareTo(left) < 0).orElse(left);
    timers.add(world.time().after(drain, this::end));
    leaveWhenDone();
  }

  /** A receive that is under way may still bring photos, which would else be hidden from others. */
  private void leaveWhenDone() {
    if (closed && !stopped && poll == null && held() == 0) {
      end();
    }
  }

  private void end() {
    giveBack();
    world.fleet().terminate(id()); // which stops this
  }

  private void giveBack() {
    List<Job> left = allHeld();
    dropWork();
    left.forEach(job -> world.requests().act(Acknowledgement.giveBack(job.delivery)));
  }

  private void dropWork() {
    if (!atWork.isEmpty()) {
      listener.working(-1);
    }
    for (Job job : atWork) {
      job.end.cancel();
      listener.worked(world.time().nanos() - job.begun);
    }
    atWork.clear();
    waiting.clear();
  }

  @Override
  public void interrupt(Instant by) {
    leave(
        new Leave(Leave.Reason.INTERRUPTED, "EC2 takes this spot instance away", Optional.of(by)));
  }

  @Override
  public void stop() {
    if (stopped) {
      return;
    }
    closed = true;
    stopped = true;
    dropWork();
    renewal.cancel();
    timers.forEach(Cancellable::cancel);
    if (poll != null) {
      poll.cancel();
    }
    control.unwatch(this);
  }
}
