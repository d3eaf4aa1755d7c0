package dev.argus.worker;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.actor.Cancellable;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Scheduler;
import scala.concurrent.ExecutionContext;

/**
 * Bounds how long something takes, by the time of the actor system: {@code orTimeout} knows only
 * the machine's, which is not the time of a simulated node.
 */
final class TimeLimit {
  private final Scheduler scheduler;
  private final Executor executor;

  TimeLimit(ActorSystem<?> system) {
    this.scheduler = system.scheduler();
    this.executor = system.executionContext();
  }

  /** The same stage, failed with a {@link TimeoutException} if it takes longer. */
  <T> CompletableFuture<T> bound(CompletionStage<T> stage, Duration limit) {
    CompletableFuture<T> result = stage.toCompletableFuture();
    if (result.isDone()) {
      return result;
    }
    Cancellable timer =
        scheduler.scheduleOnce(
            limit,
            () -> result.completeExceptionally(new TimeoutException()),
            ExecutionContext.fromExecutor(executor));
    result.whenComplete((value, failure) -> timer.cancel());
    return result;
  }
}
