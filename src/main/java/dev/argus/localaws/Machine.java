package dev.argus.localaws;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an instance runs: its user data as a process, and its metadata service.
 *
 * <p>WAITING to boot, UP, STOPPING (asked to end, given some grace), DOWN; never back. Thread-safe.
 */
final class Machine {
  private enum Phase {
    WAITING,
    UP,
    STOPPING,
    DOWN
  }

  private static final Logger log = LoggerFactory.getLogger(Machine.class);

  /** How a shell tells of SIGKILL: 128 and the number of the signal. */
  private static final int KILLED = 137;

  private final Instance instance;
  private final boolean runsUserData;
  private final Path directory;
  private final Map<String, String> environment;
  private final Duration grace;
  private final InstanceMetadata metadata;
  private final Instances instances;
  private final ScheduledExecutorService threads;
  private final CompletableFuture<Void> down = new CompletableFuture<>();
  private Phase phase = Phase.WAITING;
  private ProcessTree process;

  Machine(
      Instance instance,
      boolean runsUserData,
      Path directory,
      Map<String, String> environment,
      Duration grace,
      InstanceMetadata metadata,
      Instances instances,
      ScheduledExecutorService threads) {
    this.instance = instance;
    this.runsUserData = runsUserData;
    this.directory = directory;
    this.environment = environment;
    this.grace = grace;
    this.metadata = metadata;
    this.instances = instances;
    this.threads = threads;
  }

  InstanceMetadata metadata() {
    return metadata;
  }

  /** Done when nothing of it runs any more. */
  CompletableFuture<Void> down() {
    return down;
  }

  String id() {
    return instance.id();
  }

  long sequence() {
    return instance.sequence();
  }

  synchronized boolean isUp() {
    return phase == Phase.UP && process != null;
  }

  /** Kills what it runs, if anything; false if it is not up. It is down once that has ended. */
  synchronized boolean crash() {
    if (phase != Phase.UP) {
      return false;
    }
    if (process == null) {
      stop(StateReason.byItself(KILLED));
    } else {
      process.kill();
    }
    return true;
  }

  /** Boots, unless it was stopped before. */
  synchronized void start() {
    if (phase != Phase.WAITING) {
      return;
    }
    UserData userData = new UserData(instance.launch().userData());
    try {
      if (runsUserData && userData.isScript()) {
        process =
            ProcessTree.start(userData.install(script()), wholeEnvironment(), directory, logFile());
        process.exit().thenAcceptAsync(this::exited, threads);
      }
    } catch (IOException e) {
      log.warn("Instance {} cannot run its user data", instance.id(), e);
      instances.ending(instance.id(), StateReason.bootFailed(e.getMessage()));
      finish();
      return;
    }
    phase = Phase.UP;
    instances.running(instance.id());
  }

  /** Ends it: SIGTERM now, SIGKILL after the grace. Does nothing if it ends already. */
  synchronized void stop(StateReason reason) {
    if (phase == Phase.STOPPING || phase == Phase.DOWN) {
      return;
    }
    instances.ending(instance.id(), reason);
    phase = Phase.STOPPING;
    if (process == null) {
      finish();
      return;
    }
    process.terminate().thenRunAsync(this::finish, threads);
    threads.schedule(this::kill, grace.toMillis(), TimeUnit.MILLISECONDS);
  }

  private synchronized void exited(int code) {
    if (phase == Phase.UP) {
      log.info("Instance {} ended by itself, exit code {}", instance.id(), code);
      instances.ending(instance.id(), StateReason.byItself(code));
      finish();
    }
  }

  private synchronized void kill() {
    if (phase == Phase.STOPPING) {
      log.info("Instance {} did not end within {}: killed", instance.id(), grace);
      process.kill();
    }
  }

  private synchronized void finish() {
    if (phase == Phase.DOWN) {
      return;
    }
    phase = Phase.DOWN;
    if (process != null) {
      // Whatever it left behind ends with it, as on a machine that is switched off.
      process.kill();
    }
    metadata.close();
    try {
      Files.deleteIfExists(script());
    } catch (IOException e) {
      log.warn("Cannot delete {}", script(), e);
    }
    instances.terminated(instance.id());
    down.complete(null);
  }

  private Map<String, String> wholeEnvironment() {
    Map<String, String> whole = new HashMap<>(environment);
    whole.put("AWS_EC2_METADATA_SERVICE_ENDPOINT", metadata.endpoint().toString());
    return whole;
  }

  private Path script() {
    return directory.resolve(instance.id() + Machines.SCRIPT_SUFFIX);
  }

  private Path logFile() {
    return directory.resolve(instance.id() + Machines.LOG_SUFFIX);
  }
}
