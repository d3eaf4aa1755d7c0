package dev.argus.simulation;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorSystem;
import scala.Function0;
import scala.concurrent.BlockContext;
import scala.concurrent.CanAwait;

/**
 * An actor system in virtual time, on the thread that made it.
 *
 * <p>Pekko makes schedulers and executors itself, from their class names, so the time is handed to
 * them by a number in the configuration. Several systems may run side by side in one JVM, each on a
 * thread of its own.
 */
public final class VirtualSystem implements AutoCloseable {
  private static final String RUN = "argus-simulation.run";
  private static final Duration STOP_LIMIT = Duration.ofHours(1); // of virtual time
  private static final AtomicLong RUNS = new AtomicLong();
  private static final Map<Long, VirtualTime> TIMES = new ConcurrentHashMap<>();

  private final long run;
  private final VirtualTime time;
  private final ErrorLog errors;
  private final ActorTestKit kit;

  /**
   * Starts it.
   *
   * @param settings Pekko's, of which those of threads, time and logging are replaced
   */
  public VirtualSystem(Config settings) {
    this.run = RUNS.incrementAndGet();
    this.time = new VirtualTime();
    this.errors = new ErrorLog();
    TIMES.put(run, time);
    try {
      this.kit = start(settings);
    } catch (RuntimeException e) {
      errors.close();
      TIMES.remove(run);
      throw e;
    }
  }

  /** One more in the time of another, which must be closed later than this is killed. */
  private VirtualSystem(VirtualSystem other, Config settings) {
    this.run = other.run;
    this.time = other.time;
    this.errors = other.errors;
    this.kit = start(settings);
  }

  /** One more in the same time; to be called from a task that time brings, and from no actor. */
  VirtualSystem another(Config settings) {
    return new VirtualSystem(this, settings);
  }

  /** It ends at this moment of time, as a process that is killed does. */
  void kill() {
    kit.system().terminate();
  }

  private ActorTestKit start(Config settings) {
    return BlockContext.withBlockContext(
        new BlockContext() {
          @Override
          public <T> T blockOn(Function0<T> wait, CanAwait permission) {
            time.doNow(); // as it starts Pekko waits for actors that start on this very thread
            return wait.apply();
          }
        },
        () -> ActorTestKit.create("simulation-" + run, config(settings)));
  }

  private Config config(Config settings) {
    String executor = "{ type = Dispatcher, executor = \"" + VirtualExecutor.class.getName() + "\"";
    return ConfigFactory.parseString(
            String.join(
                "\n",
                RUN + " = " + run,
                "pekko.scheduler.implementation = \"" + VirtualScheduler.class.getName() + "\"",
                "pekko.actor.default-dispatcher " + executor + ", throughput = 100 }",
                "pekko.actor.internal-dispatcher " + executor + " }",
                "pekko.actor.default-blocking-io-dispatcher " + executor + " }",
                // what classic actors, streams and futures fail with goes where the others' does
                "pekko.loggers = [\"org.apache.pekko.event.slf4j.Slf4jLogger\"]",
                "pekko.logging-filter = \"org.apache.pekko.event.DefaultLoggingFilter\"",
                "pekko.loglevel = ERROR",
                "pekko.stdout-loglevel = OFF",
                "pekko.stream.materializer.stage-errors-default-log-level = error"))
        .withFallback(settings);
  }

  /** The time of the system with this configuration. */
  static VirtualTime timeOf(Config config) {
    return TIMES.get(config.getLong(RUN));
  }

  /** Its time. */
  public VirtualTime time() {
    return time;
  }

  /** The actor system. */
  public ActorSystem<?> system() {
    return kit.system();
  }

  /** The first error in its time that was only logged, such as that of an actor that threw. */
  Optional<ErrorLog.Entry> error() {
    return errors.first();
  }

  /** Stops it; time goes on meanwhile. */
  @Override
  public void close() {
    try {
      kit.system().terminate();
      time.run(
          time.nanos() + STOP_LIMIT.toNanos(), () -> kit.system().whenTerminated().isCompleted());
    } finally {
      TIMES.remove(run);
      errors.close();
    }
  }
}
