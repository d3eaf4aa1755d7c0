package dev.argus.simulation;

import dev.argus.protocol.ClassifyReply;
import dev.argus.protocol.PhotoId;
import dev.argus.protocol.ResponseMessage;
import dev.argus.protocol.WireMessage;
import dev.argus.tracing.Tracing;
import dev.argus.traffic.Arrivals;
import dev.argus.web.Admission;
import dev.argus.web.PhotoPath;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Iterator;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * One run: traffic against the production web tier, a control and a fleet of model nodes, in
 * virtual time.
 *
 * <p>It begins without a node, and ends when all photos that came are answered and all nodes are
 * gone, or at {@link SimulationSettings#limit}. Runs on its caller's thread; several may run side
 * by side on a thread each. Takes memory for what is pending (some 3 kB a photo) and for the nodes.
 */
public final class Simulation {
  private static final String NAME = "photo.jpg";
  private static final String TYPE = "image/jpeg";

  private final SimulationSettings settings;
  private final Control control;
  private final NodeKind kind;
  private final VirtualSystem system;
  private final VirtualTime time;
  private final Measurements measurements;
  private final Observers observers;
  private final Invariants invariants;
  private final World world;
  private final PhotoPath path;
  private final Iterator<Duration> arrivals;
  private boolean arrivalsOver;
  private boolean over;
  private long arrived;

  private Simulation(
      SimulationSettings settings,
      Control control,
      Arrivals arrivals,
      long seed,
      NodeKind kind,
      Observer observer,
      VirtualSystem system) {
    this.settings = settings;
    this.kind = kind;
    this.system = system;
    this.control = control;
    this.time = system.time();
    this.arrivals = arrivals.times(seed);
    Randomness randomness = new Randomness(seed);
    Faults faults = settings.faults();
    Price price = price(randomness);
    this.measurements = new Measurements(time, price, settings.deadline(), settings.limit());
    this.observers = new Observers(measurements, this::failed);
    observers.add(observer);
    Admission admission = new Admission(settings.argus().web().admission());
    String responses = settings.argus().names().responseQueue();
    this.world =
        new World(
            time,
            system.system(),
            settings.argus(),
            randomness,
            queue("requests", settings.argus().worker().receiveWait(), faults, randomness),
            queue("responses", settings.argus().web().receiveWait(), Faults.none(), randomness),
            queue("dead-letters", settings.argus().web().receiveWait(), Faults.none(), randomness),
            new SimulatedStore(),
            new SimulatedFleet(
                time,
                new SimulatedFleet.Traits(settings.boot(), limit(randomness), responses, faults),
                randomness,
                this::boot,
                observers),
            admission::waiting,
            observers);
    world.requests().listen(told(observers));
    world.deadLetters().listen(new DeadLetterDuty(world));
    SplittableRandom retries = randomness.stream(Randomness.Purpose.RETRIES);
    this.path =
        PhotoPath.start(
            world.system(),
            settings.argus(),
            admission,
            new PhotoPath.Dependencies(
                world.requests(),
                world.responses(),
                responses,
                world.store(),
                control::accepted,
                this::heard,
                failure -> {},
                retries::nextDouble,
                time,
                Tracing.off()),
            new CompositeMeterRegistry()); // of none: nobody reads meters here
    this.invariants = new Invariants(world, control, settings, price, seed, path::ledgerHolds);
  }

  /**
   * Instances that the account may have: mostly more than a policy may, so that it can go too far.
   */
  private int limit(Randomness randomness) {
    double drawn = randomness.of(Randomness.Purpose.LAUNCH, 0).nextDouble();
    return drawn < settings.faults().smallAccounts()
        ? Math.max(1, (int) (0.9 * settings.argus().scaling().maxWorkers()))
        : Integer.MAX_VALUE;
  }

  private Price price(Randomness randomness) {
    return new Price(
        settings.price(),
        settings.argus().prices().spotShare(),
        settings.faults().spot(),
        randomness.stream(Randomness.Purpose.SPOT));
  }

  private SimulatedQueue queue(
      String name, Duration receiveWait, Faults faults, Randomness randomness) {
    return new SimulatedQueue(
        name,
        time,
        new SimulatedQueue.Traits(
            settings.argus().worker().visibilityTimeout(),
            receiveWait,
            faults.countsLate(),
            faults.countsWrong(),
            faults.duplicates()),
        randomness);
  }

  private static SimulatedQueue.Listener told(Observer observer) {
    return new SimulatedQueue.Listener() {
      @Override
      public void deleted(WireMessage message) {
        observer.deleted(Photos.id(message));
      }

      @Override
      public void handedOutTwice(WireMessage message) {
        observer.handedOutTwice(Photos.id(message));
      }
    };
  }

  /**
   * A run.
   *
   * @param control of this run only
   * @param arrivals those after {@link SimulationSettings#length} are left out
   * @param seed decides everything that is random
   * @throws InvariantViolation if a rule was broken that must hold all along
   */
  public static SimulationResult run(
      SimulationSettings settings, Control control, Arrivals arrivals, long seed) {
    return run(settings, control, arrivals, seed, NodeKind.MODEL, new Observer() {});
  }

  /**
   * The same with nodes of a kind, observed.
   *
   * @throws IllegalArgumentException if the control does not go with such nodes
   * @throws InvariantViolation if a rule was broken that must hold all along
   */
  public static SimulationResult run(
      SimulationSettings settings,
      Control control,
      Arrivals arrivals,
      long seed,
      NodeKind kind,
      Observer observer) {
    if (kind == NodeKind.STREAM && !control.isArgus()) {
      throw new IllegalArgumentException(
          "nodes: worker streams have watchdogs of their own, and go with Argus's policies only");
    }
    try (VirtualSystem system = new VirtualSystem(settings.argus().config())) {
      return new Simulation(settings, control, arrivals, seed, kind, observer, system).run();
    }
  }

  private SimulationResult run() {
    try {
      observers.begins(world);
      invariants.start(observers);
      control.start(world);
      awaitNext();
      time.run(settings.limit().toNanos(), this::mayEnd);
      boolean drained = isOver();
      world.fleet().endAll();
      SimulationResult result =
          measurements.result(settings.argus().scaling().nodeParallelism(), control);
      invariants.checkEnd(result, drained);
      observers.over();
      check();
      return result;
    } catch (InvariantViolation e) {
      throw e;
    } catch (RuntimeException e) { // by a task that time brought
      failed(e);
      invariants.check();
      throw e;
    } finally {
      over = true;
      observers.over();
    }
  }

  private boolean mayEnd() {
    check();
    return isOver();
  }

  private void check() {
    system
        .error()
        .ifPresent(
            error -> {
              String why = error.cause().map(Throwable::toString).orElse(error.text());
              invariants.failed(error.logger() + " failed: " + why, error.cause());
            });
    invariants.check();
  }

  private void failed(Throwable cause) {
    invariants.failed("the simulation failed: " + cause, Optional.of(cause));
  }

  private boolean isOver() {
    return arrivalsOver && measurements.waiting() == 0 && world.fleet().size() <= control.kept();
  }

  /** One arrival at a time, so that however many there are, they take no room. */
  private void awaitNext() {
    Duration next = arrivals.hasNext() ? arrivals.next() : settings.length();
    if (next.compareTo(settings.length()) >= 0) {
      arrivalsOver = true;
      invariants.arrivalsAreOver();
      return;
    }
    time.afterNanos(next.toNanos() - time.nanos(), this::arrive);
  }

  private void arrive() {
    PhotoId id = Photos.id(time.micros(), arrived);
    arrived++;
    measurements.arrived();
    observers.came(id);
    path.submit(id, NAME, TYPE, Photos.bytes(id), settings.limit(), reply -> answered(id, reply));
    awaitNext();
  }

  private void answered(PhotoId id, Optional<ClassifyReply> reply) {
    if (over) {
      return; // its actor was stopped with all others, which says nothing about the photo
    }
    if (reply.isPresent()) {
      long micros = time.micros() - Photos.micros(id);
      measurements.answered(micros);
      observers.answered(id, Duration.of(micros, ChronoUnit.MICROS), reply.get());
    } else {
      measurements.refused();
      observers.unanswered(id);
    }
    world.store().forget(id);
  }

  /** The web tier would take what this throws for a message that makes no sense, and go on. */
  private void heard(ResponseMessage message) {
    try {
      control.heard(message);
    } catch (RuntimeException e) {
      failed(e);
    }
  }

  private Machine boot(Instance instance) {
    return kind == NodeKind.STREAM
        ? StreamNode.start(world, system, instance, settings.service(), measurements)
        : ModelNode.start(world, instance, control, settings.service(), measurements);
  }
}
