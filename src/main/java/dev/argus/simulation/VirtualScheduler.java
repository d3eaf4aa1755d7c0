package dev.argus.simulation;

import com.typesafe.config.Config;
import java.time.Duration;
import java.util.concurrent.ThreadFactory;
import org.apache.pekko.actor.AbstractScheduler;
import org.apache.pekko.actor.Cancellable;
import org.apache.pekko.event.LoggingAdapter;
import scala.concurrent.ExecutionContext;
import scala.concurrent.duration.FiniteDuration;

/**
 * The scheduler of an actor system in virtual time.
 *
 * <p>What is due runs on the run's only thread, where its executor would have it too.
 */
public final class VirtualScheduler extends AbstractScheduler {
  private final VirtualTime time;

  /** As the actor system makes one. */
  public VirtualScheduler(Config config, LoggingAdapter log, ThreadFactory threads) {
    this.time = VirtualSystem.timeOf(config);
  }

  @Override
  public Cancellable scheduleOnce(
      FiniteDuration delay, Runnable runnable, ExecutionContext executor) {
    return time.afterNanos(delay.toNanos(), runnable);
  }

  @Override
  public Cancellable scheduleOnce(Duration delay, Runnable runnable, ExecutionContext executor) {
    return time.after(delay, runnable);
  }

  @Override
  @SuppressWarnings("deprecation") // it must be there, though nothing new should use it
  public Cancellable schedule(
      FiniteDuration delay, FiniteDuration interval, Runnable runnable, ExecutionContext executor) {
    return scheduleWithFixedDelay(delay, interval, runnable, executor);
  }

  @Override
  @SuppressWarnings("deprecation") // it must be there, though nothing new should use it
  public Cancellable schedule(
      Duration delay, Duration interval, Runnable runnable, ExecutionContext executor) {
    return scheduleWithFixedDelay(delay, interval, runnable, executor);
  }

  @Override
  public double maxFrequency() {
    return 1e9;
  }
}
