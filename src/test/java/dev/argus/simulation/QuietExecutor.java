package dev.argus.simulation;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.dispatch.DispatcherPrerequisites;
import org.apache.pekko.dispatch.ExecutorServiceConfigurator;
import org.apache.pekko.dispatch.ExecutorServiceFactory;

/**
 * The executor of an actor system that can tell when nothing is left to do, so that a test moves
 * time only then; for systems whose time is a {@link SteppedScheduler}'s, one at a time.
 */
public final class QuietExecutor extends ExecutorServiceConfigurator {
  private static final AtomicInteger TASKS = new AtomicInteger();

  /** As the actor system makes one. */
  public QuietExecutor(Config config, DispatcherPrerequisites prerequisites) {
    super(config, prerequisites);
  }

  /** What an actor system must be configured with besides {@link SteppedScheduler#config}. */
  public static Config config() {
    String name = '"' + QuietExecutor.class.getName() + '"';
    return ConfigFactory.parseString(
        "pekko.actor.default-dispatcher.executor = "
            + name
            + "\npekko.actor.internal-dispatcher.executor = "
            + name);
  }

  /** Waits until everything that was begun has been done. */
  public static void await() {
    while (TASKS.get() > 0) {
      Thread.onSpinWait();
    }
  }

  @Override
  public ExecutorServiceFactory createExecutorServiceFactory(String id, ThreadFactory threads) {
    return () -> new Counting(Executors.newFixedThreadPool(2, threads));
  }

  private static final class Counting extends AbstractExecutorService {
    private final ExecutorService threads;

    Counting(ExecutorService threads) {
      this.threads = threads;
    }

    @Override
    public void execute(Runnable task) {
      TASKS.incrementAndGet();
      try {
        threads.execute(
            () -> {
              try {
                task.run();
              } finally {
                TASKS.decrementAndGet();
              }
            });
      } catch (RuntimeException e) {
        TASKS.decrementAndGet();
        throw e;
      }
    }

    @Override
    public void shutdown() {
      threads.shutdown();
    }

    @Override
    public List<Runnable> shutdownNow() {
      return threads.shutdownNow();
    }

    @Override
    public boolean isShutdown() {
      return threads.isShutdown();
    }

    @Override
    public boolean isTerminated() {
      return threads.isTerminated();
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
      return threads.awaitTermination(timeout, unit);
    }
  }
}
