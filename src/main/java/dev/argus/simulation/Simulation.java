package dev.argus.simulation;

import dev.argus.protocol.ClassifyReply;
import dev.argus.protocol.PhotoId;
import dev.argus.tracing.Tracing;
import dev.argus.traffic.Arrivals;
import dev.argus.web.Admission;
import dev.argus.web.PhotoPath;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import java.time.Duration;
import java.util.Iterator;
import java.util.Optional;
import java.util.SplittableRandom;
import org.apache.pekko.util.ByteString;

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
  private final VirtualTime time;
  private final Measurements measurements;
  private final World world;
  private final PhotoPath path;
  private final Iterator<Duration> arrivals;
  private boolean arrivalsOver;
  private long arrived;

  private Simulation(
      SimulationSettings settings,
      Control control,
      Arrivals arrivals,
      long seed,
      VirtualSystem system) {
    this.settings = settings;
    this.control = control;
    this.time = system.time();
    this.arrivals = arrivals.times(seed);
    Randomness randomness = new Randomness(seed);
    Faults faults = settings.faults();
    this.measurements =
        new Measurements(time, price(randomness), settings.deadline(), settings.limit());
    Admission admission = new Admission(settings.argus().web().admission());
    String responses = settings.argus().names().responseQueue();
    this.world =
        new World(
            time,
            system.system(),
            settings.argus(),
            randomness,
            queue("requests", faults, randomness),
            queue("responses", Faults.none(), randomness),
            new SimulatedStore(),
            new SimulatedFleet(
                time,
                new SimulatedFleet.Traits(settings.boot(), Integer.MAX_VALUE, responses, faults),
                randomness,
                this::boot,
                measurements),
            admission::waiting);
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
                control::heard,
                failure -> {},
                retries::nextDouble,
                time,
                Tracing.off()),
            new CompositeMeterRegistry()); // of none: nobody reads meters here
  }

  private Price price(Randomness randomness) {
    return new Price(
        settings.price(),
        settings.argus().prices().spotShare(),
        settings.faults().spot(),
        randomness.stream(Randomness.Purpose.SPOT));
  }

  private SimulatedQueue queue(String name, Faults faults, Randomness randomness) {
    return new SimulatedQueue(
        name,
        time,
        new SimulatedQueue.Traits(
            settings.argus().worker().visibilityTimeout(),
            faults.countsLate(),
            faults.countsWrong(),
            faults.duplicates()),
        randomness);
  }

  /**
   * A run.
   *
   * @param control of this run only
   * @param arrivals those after {@link SimulationSettings#length} are left out
   * @param seed decides everything that is random
   */
  public static SimulationResult run(
      SimulationSettings settings, Control control, Arrivals arrivals, long seed) {
    try (VirtualSystem system = new VirtualSystem(settings.argus().config())) {
      return new Simulation(settings, control, arrivals, seed, system).run();
    }
  }

  private SimulationResult run() {
    control.start(world);
    awaitNext();
    time.run(settings.limit().toNanos(), this::isOver);
    world.fleet().endAll();
    return measurements.result(settings.argus().scaling().nodeParallelism(), control);
  }

  private boolean isOver() {
    return arrivalsOver && measurements.waiting() == 0 && world.fleet().size() <= control.kept();
  }

  /** One arrival at a time, so that however many there are, they take no room. */
  private void awaitNext() {
    Duration next = arrivals.hasNext() ? arrivals.next() : settings.length();
    if (next.compareTo(settings.length()) >= 0) {
      arrivalsOver = true;
      return;
    }
    time.afterNanos(next.toNanos() - time.nanos(), this::arrive);
  }

  private void arrive() {
    PhotoId id = Photos.id(time.micros(), arrived);
    arrived++;
    measurements.arrived();
    path.submit(id, NAME, TYPE, ByteString.emptyByteString(), settings.limit())
        .thenAccept(reply -> answered(id, reply));
    awaitNext();
  }

  private void answered(PhotoId id, Optional<ClassifyReply> reply) {
    if (reply.isPresent()) {
      measurements.answered(time.micros() - Photos.micros(id));
    } else {
      measurements.refused();
    }
    world.store().forget(id);
  }

  private Machine boot(Instance instance) {
    return ModelNode.start(world, instance, control, settings.service(), measurements);
  }
}
