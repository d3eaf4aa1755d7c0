package dev.argus.localaws;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Boots and ends what runs in instances, and keeps their logs ({@code <instance id>.log}).
 *
 * <p>Thread-safe. The number of machines is bounded by {@link Instances}.
 */
final class Machines implements AutoCloseable {
  static final String SCRIPT_SUFFIX = ".user-data";
  static final String LOG_SUFFIX = ".log";

  private static final Logger log = LoggerFactory.getLogger(Machines.class);

  /** After SIGKILL a process is gone at once, unless its disk hangs. */
  private static final Duration KILL_LIMIT = Duration.ofSeconds(5);

  private final Path directory;
  private final Map<String, String> environment;
  private final Credentials credentials;
  private final Ec2Options options;
  private final Instances instances;
  private final ScheduledExecutorService threads;
  private final Executor httpThreads;
  private final Clock clock;
  private final Map<String, Machine> byId = new ConcurrentHashMap<>();
  private volatile boolean closed;

  Machines(
      Path directory,
      Map<String, String> environment,
      Credentials credentials,
      Ec2Options options,
      Instances instances,
      ScheduledExecutorService threads,
      Executor httpThreads,
      Clock clock) {
    this.directory = directory;
    this.environment = Map.copyOf(environment);
    this.credentials = credentials;
    this.options = options;
    this.instances = instances;
    this.threads = threads;
    this.httpThreads = httpThreads;
    this.clock = clock;
  }

  /** Refuses launches once this is closing: nobody would end what they start. */
  void checkOpen() {
    if (closed) {
      throw new Ec2Exception(503, "Unavailable", "The embedded EC2 is shutting down");
    }
  }

  /**
   * Boots an instance after a delay.
   *
   * @param runsUserData false for an instance that comes up and does nothing
   */
  void boot(Instance instance, Duration delay, boolean runsUserData) {
    Machine machine =
        new Machine(
            instance,
            runsUserData,
            directory,
            environment,
            options.stopGrace(),
            InstanceMetadata.start(instance, instances, credentials, httpThreads, clock),
            instances,
            threads);
    byId.put(instance.id(), machine);
    machine.down().thenRun(() -> forget(instance.id()));
    if (closed) {
      machine.stop(StateReason.byUser(clock.instant()));
    }
    threads.schedule(machine::start, delay.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Ends an instance; returns at once. */
  void stop(String id, StateReason reason) {
    Machine machine = byId.get(id);
    if (machine != null) {
      machine.stop(reason);
    }
  }

  /** Announces the end of an instance through its metadata, and ends it when the time has come. */
  void interrupt(String id, Duration notice) {
    Machine machine = byId.get(id);
    if (machine == null) {
      throw new IllegalArgumentException("No instance " + id + " is up that could be interrupted");
    }
    Instant end = clock.instant().plus(notice);
    machine.metadata().announceInterruption(end);
    threads.schedule(
        () -> stop(id, StateReason.spotInterruption()), notice.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** The ids of those that run their user data, in order of launch. */
  List<String> up() {
    return byId.values().stream()
        .filter(Machine::isUp)
        .sorted(Comparator.comparing(Machine::sequence))
        .map(Machine::id)
        .toList();
  }

  /** Kills what an instance runs; false if it is not up. */
  boolean crash(String id) {
    Machine machine = byId.get(id);
    return machine != null && machine.crash();
  }

  /** Ends all at the same time; takes at most the grace and some seconds. */
  @Override
  public void close() {
    closed = true;
    List<Machine> all = List.copyOf(byId.values());
    all.forEach(m -> m.stop(StateReason.byUser(clock.instant())));
    Duration limit = options.stopGrace().plus(KILL_LIMIT);
    try {
      CompletableFuture.allOf(all.stream().map(Machine::down).toArray(CompletableFuture[]::new))
          .get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      log.error("Instances {} still run after SIGKILL and {}", byId.keySet(), limit);
    }
  }

  private void forget(String id) {
    byId.remove(id);
    try (Stream<Path> files = Files.list(directory)) {
      files
          .filter(f -> f.toString().endsWith(LOG_SUFFIX))
          .filter(f -> !byId.containsKey(idOf(f)))
          .sorted(Comparator.comparing(Machines::modified).reversed())
          .skip(options.maxLogs())
          .forEach(Machines::delete);
    } catch (IOException e) {
      log.warn("Cannot tidy {}", directory, e);
    }
  }

  /** Creates the directory, or removes what a run that was killed left behind in it. */
  static Path prepare(Path directory) {
    try {
      Files.createDirectories(directory);
      try (Stream<Path> files = Files.list(directory)) {
        files.filter(f -> f.toString().endsWith(SCRIPT_SUFFIX)).forEach(Machines::delete);
      }
      return directory;
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot use " + directory + " for instances", e);
    }
  }

  private static String idOf(Path file) {
    String name = file.getFileName().toString();
    return name.substring(0, name.length() - LOG_SUFFIX.length());
  }

  private static FileTime modified(Path file) {
    try {
      return Files.getLastModifiedTime(file);
    } catch (IOException e) {
      return FileTime.fromMillis(0);
    }
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      log.warn("Cannot delete {}", file, e);
    }
  }
}
