package dev.argus.simulation;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.pekko.actor.AbstractScheduler;
import org.apache.pekko.actor.Cancellable;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.event.LoggingAdapter;
import scala.concurrent.ExecutionContext;
import scala.concurrent.duration.FiniteDuration;

/**
 * The scheduler of an actor system whose time passes only when the test says so. What is due runs
 * on the test's thread; unlike the TestKit's it never sleeps, so hours may pass in small steps.
 */
public final class SteppedScheduler extends AbstractScheduler {
  private record Task(long at, long sequence, Runnable runnable, AtomicBoolean over)
      implements Cancellable {
    @Override
    public boolean cancel() {
      return !over.getAndSet(true);
    }

    @Override
    public boolean isCancelled() {
      return over.get();
    }
  }

  private final PriorityQueue<Task> tasks =
      new PriorityQueue<>(Comparator.comparingLong(Task::at).thenComparingLong(Task::sequence));
  private long now;
  private long sequence;

  /** As the actor system makes one. */
  public SteppedScheduler(Config config, LoggingAdapter log, ThreadFactory threads) {}

  /** What an actor system must be configured with. */
  public static Config config() {
    return ConfigFactory.parseString(
            "pekko.scheduler.implementation = \"" + SteppedScheduler.class.getName() + "\"")
        .withFallback(ConfigFactory.load());
  }

  /** The scheduler of a system with that configuration. */
  public static SteppedScheduler of(ActorSystem<?> system) {
    return (SteppedScheduler) system.classicSystem().scheduler();
  }

  /** Runs what is due within this time, in order; what that schedules is due later. */
  public void timePasses(Duration time) {
    long until = advance(time);
    for (var due = due(until); due.isPresent(); due = due(until)) {
      if (due.get().cancel()) {
        due.get().runnable().run();
      }
    }
  }

  private synchronized long advance(Duration time) {
    now += time.toNanos();
    return now;
  }

  private synchronized Optional<Task> due(long until) {
    Task next = tasks.peek();
    return next == null || next.at() > until ? Optional.empty() : Optional.of(tasks.poll());
  }

  private synchronized Cancellable add(long delay, Runnable runnable) {
    sequence++;
    Task task = new Task(now + delay, sequence, runnable, new AtomicBoolean());
    tasks.add(task);
    return task;
  }

  @Override
  public Cancellable scheduleOnce(
      FiniteDuration delay, Runnable runnable, ExecutionContext executor) {
    return add(delay.toNanos(), runnable);
  }

  @Override
  public Cancellable scheduleOnce(Duration delay, Runnable runnable, ExecutionContext executor) {
    return add(delay.toNanos(), runnable);
  }

  @Override
  public Cancellable schedule(
      FiniteDuration delay, FiniteDuration interval, Runnable runnable, ExecutionContext executor) {
    throw new UnsupportedOperationException("nothing here needs it");
  }

  @Override
  public Cancellable schedule(
      Duration delay, Duration interval, Runnable runnable, ExecutionContext executor) {
    throw new UnsupportedOperationException("nothing here needs it");
  }

  @Override
  public double maxFrequency() {
    return 1e9;
  }
}
