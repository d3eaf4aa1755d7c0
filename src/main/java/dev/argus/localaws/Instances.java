package dev.argus.localaws;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * All instances that EC2 knows, in order of launch; what runs inside them is the business of {@link
 * Machines}.
 *
 * <p>Thread-safe. An instance goes pending, running, shutting-down, terminated, never back, and may
 * skip the second. Terminated ones are forgotten after some time or when there are too many.
 */
final class Instances {
  private static final int ID_BYTES = 9;

  private final Ec2Options options;
  private final Clock clock;
  private final SecureRandom random = new SecureRandom();
  private final Map<String, Instance> byId = new LinkedHashMap<>();
  private long sequence;
  private int mostUnguarded;

  Instances(Ec2Options options, Clock clock) {
    this.options = options;
    this.clock = clock;
  }

  /**
   * Adds the instances of a launch, as pending.
   *
   * @param min fewer than that is a failure
   * @param max more than that are not wanted
   * @throws Ec2Exception InstanceLimitExceeded when not even min fit
   */
  synchronized List<Instance> launch(Launch launch, int min, int max, Duration visibilityDelay) {
    forgetOld();
    int room = options.maxInstances() - count();
    if (room < min) {
      throw new Ec2Exception(
          400,
          "InstanceLimitExceeded",
          "You have requested more instances ("
              + (count() + min)
              + ") than your current instance limit of "
              + options.maxInstances()
              + " allows");
    }
    List<Instance> launched = new ArrayList<>();
    for (int i = 0; i < Math.min(max, room); i++) {
      launched.add(add(launch, i, InstanceState.PENDING, visibilityDelay, false));
    }
    mostUnguarded = Math.max(mostUnguarded, unguarded().size());
    return launched;
  }

  /** The ids of the instances that are there and not terminated, the guarded ones left out. */
  synchronized List<String> unguarded() {
    return byId.values().stream().filter(Instances::isUnguarded).map(Instance::id).toList();
  }

  /** The most instances that were ever there and not terminated, the guarded ones left out. */
  synchronized int mostUnguarded() {
    return mostUnguarded;
  }

  /** Adds an instance that is there already and that no call can end. */
  synchronized Instance register(Launch launch) {
    return add(launch, 0, InstanceState.RUNNING, Duration.ZERO, true);
  }

  /** What calls see, in order of launch. */
  synchronized List<Instance> visible() {
    forgetOld();
    Instant now = clock.instant();
    return byId.values().stream().filter(i -> !i.visibleFrom().isAfter(now)).toList();
  }

  /**
   * The named instances, in the order named.
   *
   * @throws Ec2Exception when one does not exist or is not visible yet
   */
  synchronized List<Instance> visible(List<String> ids) {
    List<Instance> all = visible();
    return ids.stream()
        .distinct()
        .map(
            id -> {
              if (!id.matches("i-[0-9a-f]{8,17}")) {
                throw new Ec2Exception(
                    400, "InvalidInstanceID.Malformed", "Invalid id: \"" + id + "\"");
              }
              return all.stream()
                  .filter(i -> i.id().equals(id))
                  .findFirst()
                  .orElseThrow(() -> Ec2Exception.noInstance(id));
            })
        .toList();
  }

  synchronized Optional<Instance> find(String id) {
    return Optional.ofNullable(byId.get(id));
  }

  /** Whether any instance of that launch is still remembered. */
  synchronized List<Instance> ofReservation(String reservationId) {
    return byId.values().stream()
        .filter(i -> i.launch().reservationId().equals(reservationId))
        .toList();
  }

  /** Pending to running; any other state stays. */
  synchronized void running(String id) {
    update(id, i -> i.state() == InstanceState.PENDING ? i.in(InstanceState.RUNNING) : i);
  }

  /** To shutting-down for a reason, unless it ends already: then the first reason stays. */
  synchronized void ending(String id, StateReason reason) {
    update(id, i -> i.ends() ? i : i.endingFor(reason));
  }

  /** To terminated. */
  synchronized void terminated(String id) {
    update(id, i -> i.state() == InstanceState.TERMINATED ? i : i.terminated(clock.instant()));
  }

  /** Adds tags to all the named instances. */
  synchronized void tag(List<String> ids, Map<String, String> tags) {
    List<Instance> tagged = visible(ids).stream().map(i -> i.tagged(tags)).toList();
    tagged.forEach(i -> Tags.check(i.tags()));
    tagged.forEach(i -> byId.put(i.id(), i));
  }

  String newId(String prefix) {
    byte[] bytes = new byte[ID_BYTES];
    random.nextBytes(bytes);
    return prefix + HexFormat.of().formatHex(bytes).substring(1);
  }

  private Instance add(
      Launch launch, int index, InstanceState state, Duration delay, boolean guarded) {
    Instant now = clock.instant();
    Instance instance =
        new Instance(
            sequence++,
            newId("i-"),
            index,
            launch,
            now,
            now.plus(delay),
            guarded,
            launch.tags(),
            state,
            Optional.empty(),
            Optional.empty());
    byId.put(instance.id(), instance);
    return instance;
  }

  private void update(String id, UnaryOperator<Instance> change) {
    byId.computeIfPresent(id, (key, instance) -> change.apply(instance));
  }

  private int count() {
    return (int) byId.values().stream().filter(i -> i.state() != InstanceState.TERMINATED).count();
  }

  private static boolean isUnguarded(Instance instance) {
    return instance.state() != InstanceState.TERMINATED && !instance.protectedFromTermination();
  }

  private void forgetOld() {
    Instant oldest = clock.instant().minus(options.terminatedVisible());
    byId.values().removeIf(i -> i.terminatedAt().map(at -> at.isBefore(oldest)).orElse(false));
    List<String> ended =
        byId.values().stream()
            .filter(i -> i.state() == InstanceState.TERMINATED)
            .map(Instance::id)
            .toList();
    int tooMany = Math.max(0, ended.size() - options.maxTerminated());
    byId.keySet().removeAll(Set.copyOf(ended.subList(0, tooMany)));
  }
}
