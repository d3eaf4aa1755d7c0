package dev.argus.simulation;

import com.typesafe.config.Config;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.dispatch.DispatcherPrerequisites;
import org.apache.pekko.dispatch.ExecutorServiceConfigurator;
import org.apache.pekko.dispatch.ExecutorServiceFactory;

/** The executor of all dispatchers of an actor system in virtual time: its run's only thread. */
public final class VirtualExecutor extends ExecutorServiceConfigurator {
  private final VirtualTime time;

  /** As the actor system makes one. */
  public VirtualExecutor(Config config, DispatcherPrerequisites prerequisites) {
    super(config, prerequisites);
    this.time = VirtualSystem.timeOf(prerequisites.settings().config());
  }

  @Override
  public ExecutorServiceFactory createExecutorServiceFactory(String id, ThreadFactory threads) {
    return () -> new Service(time);
  }

  private static final class Service extends AbstractExecutorService {
    private final VirtualTime time;
    private boolean stopped;

    Service(VirtualTime time) {
      this.time = time;
    }

    @Override
    public void execute(Runnable work) {
      time.execute(work);
    }

    @Override
    public void shutdown() {
      stopped = true;
    }

    @Override
    public List<Runnable> shutdownNow() {
      stopped = true;
      return List.of();
    }

    @Override
    public boolean isShutdown() {
      return stopped;
    }

    @Override
    public boolean isTerminated() {
      return stopped;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
      return stopped;
    }
  }
}
