package dev.argus.simulation;

import dev.argus.ports.Fleet;
import dev.argus.ports.LaunchFailedException;
import dev.argus.ports.LaunchTokens;
import dev.argus.ports.NoCapacityException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import org.apache.pekko.Done;

/**
 * EC2 in virtual time: instances that pend, run, boot, are billed, and shut down.
 *
 * <p>Two launches with one client token start one instance. There is one pool. Calls take no time,
 * but for launches that are throttled: the SDK tries those again, and so they come late.
 */
public final class SimulatedFleet implements Fleet {
  /**
   * How it behaves.
   *
   * @param boot from RunInstances to the program that runs on the node
   * @param limit instances that the account may have at once
   * @param reportsTo the response queue that nodes are told
   */
  public record Traits(Lognormal boot, int limit, String reportsTo, Faults faults) {}

  /** Told what happens to instances, at the moment when it does. */
  public interface Listener {
    void launched(Instance instance);

    /** It runs what was installed. */
    void booted(Instance instance);

    /** It begins to shut down. */
    void ended(Instance instance);

    /** It is terminated. */
    void gone(Instance instance);

    /** EC2 did not take a launch, for the reason with this code. */
    default void notLaunched(String code) {}

    /** EC2 says that it takes the instance away. */
    default void interrupted(Instance instance) {}
  }

  private static final Pool POOL = new Pool("sim", "the simulated pool");
  private static final String TYPE = "simulated";
  private static final Duration PENDING = Duration.ofSeconds(5);
  private static final Duration SHUTTING_DOWN = Duration.ofSeconds(10);
  private static final Duration NOTICE = Duration.ofMinutes(2); // the documented one
  private static final int MAX_TOKENS = 20_000; // EC2 too forgets tokens in the end

  private final VirtualTime time;
  private final Traits traits;
  private final Randomness randomness;
  private final Machine.Image image;
  private final Listener listener;
  private final Map<String, Instance> instances = new LinkedHashMap<>(); // until they are gone
  private final Map<String, Instance> byToken =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Instance> eldest) {
          return size() > MAX_TOKENS;
        }
      };
  private final Throttle throttle;
  private Optional<List<Node>> described = Optional.empty(); // until something changes
  private long launches;
  private long calls;

  public SimulatedFleet(
      VirtualTime time,
      Traits traits,
      Randomness randomness,
      Machine.Image image,
      Listener listener) {
    this.time = time;
    this.traits = traits;
    this.randomness = randomness;
    this.image = image;
    this.listener = listener;
    this.throttle = new Throttle(time);
  }

  @Override
  public CompletionStage<List<Node>> nodes() {
    if (described.isEmpty()) {
      described =
          Optional.of(
              instances.values().stream()
                  .filter(Instance::isShown)
                  .map(Instance::node)
                  .collect(Collectors.toUnmodifiableList())); // which List.copyOf takes as it is
    }
    return CompletableFuture.completedFuture(described.get());
  }

  @Override
  public Pool pool(String clientToken) {
    return POOL;
  }

  @Override
  public CompletionStage<Node> launch(int number, String clientToken) {
    Optional<Duration> wait =
        traits.faults().throttled() ? throttle.take() : Optional.of(Duration.ZERO);
    if (wait.isEmpty()) {
      return refused("RequestLimitExceeded", "request limit exceeded");
    }
    if (wait.get().isZero()) {
      return accept(number, clientToken);
    }
    CompletableFuture<Node> later = new CompletableFuture<>();
    time.after(
        wait.get(),
        () ->
            accept(number, clientToken)
                .whenComplete(
                    (node, failure) -> {
                      if (failure == null) {
                        later.complete(node);
                      } else {
                        later.completeExceptionally(failure);
                      }
                    }));
    return later;
  }

  private CompletionStage<Node> accept(int number, String clientToken) {
    Instance before = byToken.get(clientToken);
    if (before != null) {
      return CompletableFuture.completedFuture(before.node());
    }
    calls++;
    SplittableRandom random = randomness.of(Randomness.Purpose.LAUNCH, calls);
    if (random.nextDouble() < traits.faults().capacityErrors()) {
      return noCapacity(clientToken, "InsufficientInstanceCapacity", "no capacity");
    }
    if (instances.size() >= traits.limit()) {
      return noCapacity(clientToken, "VcpuLimitExceeded", "the account has no more");
    }
    Instance instance = start(number, random);
    byToken.put(clientToken, instance);
    return CompletableFuture.completedFuture(instance.node());
  }

  private Instance start(int number, SplittableRandom random) {
    Faults faults = traits.faults();
    launches++;
    Instance instance =
        new Instance(
            launches,
            time.nanos(),
            new Node(
                "i-%017x".formatted(launches),
                number,
                State.PENDING,
                time.instant().truncatedTo(ChronoUnit.SECONDS), // as EC2 tells it
                traits.reportsTo(),
                TYPE,
                faults.spot() ? "spot" : ON_DEMAND));
    instances.put(instance.id(), instance);
    listener.launched(instance);
    long shownAfter = (long) (random.nextDouble() * faults.shownLate().toNanos());
    if (shownAfter == 0) {
      change(instance::show);
    } else {
      time.afterNanos(shownAfter, () -> change(instance::show));
    }
    time.after(PENDING, () -> become(instance, State.RUNNING));
    if (random.nextDouble() >= faults.neverUp()) {
      long boot = traits.boot().nanos(randomness.of(Randomness.Purpose.BOOT, launches));
      instance.willBoot(time.afterNanos(Math.max(boot, PENDING.toNanos()), () -> boot(instance)));
    }
    if (faults.interruptionsPerHour() > 0) {
      SplittableRandom spot = randomness.of(Randomness.Purpose.SPOT, launches);
      double hours = spot.nextExponential() / faults.interruptionsPerHour();
      instance.willBeInterrupted(
          time.afterNanos((long) (hours * 3600e9), () -> interrupt(instance)));
    }
    return instance;
  }

  private void boot(Instance instance) {
    listener.booted(instance);
    instance.runs(image.boot(instance));
  }

  private void interrupt(Instance instance) {
    listener.interrupted(instance);
    instance.willBeInterrupted(time.after(NOTICE, () -> end(instance)));
    instance.machine().interrupt(time.instant().plus(NOTICE));
  }

  private void become(Instance instance, State state) {
    if (!instance.isOver()) {
      change(() -> instance.become(state));
    }
  }

  private void change(Runnable change) {
    change.run();
    described = Optional.empty();
  }

  @Override
  public CompletionStage<Done> terminate(String id) {
    Optional.ofNullable(instances.get(id)).ifPresent(this::end);
    return CompletableFuture.completedFuture(Done.getInstance());
  }

  private void end(Instance instance) {
    if (instance.isOver()) {
      return;
    }
    become(instance, State.SHUTTING_DOWN);
    instance.end(time.nanos());
    listener.ended(instance);
    time.after(
        SHUTTING_DOWN,
        () ->
            change(
                () -> {
                  instances.remove(instance.id());
                  listener.gone(instance);
                }));
  }

  /** Ends all that is left. */
  void endAll() {
    List.copyOf(instances.values()).forEach(this::end);
  }

  /** Those that are not terminated, the oldest first. */
  Collection<Instance> instances() {
    return instances.values();
  }

  /** Instances that are not terminated. */
  public int size() {
    return instances.size();
  }

  /** The instance, unless it is terminated. */
  public Optional<Instance> instance(String id) {
    return Optional.ofNullable(instances.get(id));
  }

  private CompletionStage<Node> refused(String code, String why) {
    listener.notLaunched(code);
    return CompletableFuture.failedFuture(new LaunchFailedException(code, why, null));
  }

  private CompletionStage<Node> noCapacity(String token, String code, String why) {
    boolean own = LaunchTokens.pool(token).filter(POOL.id()::equals).isPresent();
    if (!own) {
      return refused(code, why);
    }
    listener.notLaunched(code);
    return CompletableFuture.failedFuture(new NoCapacityException(code, why, null, false));
  }
}
