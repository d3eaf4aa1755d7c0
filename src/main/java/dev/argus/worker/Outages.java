package dev.argus.worker;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.IntFunction;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.Scheduler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An outage is not a bad photo: calls that fail are tried again with back-off, and meanwhile the
 * node receives no more and keeps its leases.
 *
 * <p>Only when a call has failed for {@code patience} does it fail for good, and its photo goes
 * back to the queue.
 */
final class Outages {
  private static final Logger LOG = LoggerFactory.getLogger(Outages.class);

  private final Intake intake;
  private final IntFunction<Duration> backoff;
  private final Duration patience;
  private final Scheduler scheduler;
  private final Executor executor;
  private final InstantSource clock;

  Outages(
      Intake intake,
      IntFunction<Duration> backoff,
      Duration patience,
      Scheduler scheduler,
      Executor executor,
      InstantSource clock) {
    this.intake = intake;
    this.backoff = backoff;
    this.patience = patience;
    this.scheduler = scheduler;
    this.executor = executor;
    this.clock = clock;
  }

  /**
   * Calls until it works.
   *
   * @param dependency what is called, as logs name it
   * @param isFinal failures that trying again would not mend
   */
  <T> CompletionStage<T> ride(
      String dependency, Predicate<Throwable> isFinal, Supplier<CompletionStage<T>> call) {
    CompletableFuture<T> result = new CompletableFuture<>();
    attempt(dependency, isFinal, call, 1, clock.instant().plus(patience), result);
    return result;
  }

  private <T> void attempt(
      String dependency,
      Predicate<Throwable> isFinal,
      Supplier<CompletionStage<T>> call,
      int attempt,
      Instant until,
      CompletableFuture<T> result) {
    call.get()
        .whenComplete(
            (value, failure) -> {
              if (failure == null) {
                if (attempt > 1) {
                  LOG.info("{} works again", dependency);
                  intake.isUp(dependency);
                }
                result.complete(value);
                return;
              }
              Throwable cause = failure instanceof CompletionException e ? e.getCause() : failure;
              Duration delay = backoff.apply(attempt);
              if (isFinal.test(cause) || clock.instant().plus(delay).isAfter(until)) {
                intake.isUp(dependency); // let the next photo find out
                result.completeExceptionally(cause);
                return;
              }
              intake.isDown(dependency);
              LOG.warn(
                  "{} failed {} times, again in {}: {}",
                  dependency,
                  attempt,
                  delay,
                  cause.toString());
              scheduler.scheduleOnce(
                  delay,
                  () -> attempt(dependency, isFinal, call, attempt + 1, until, result),
                  scala.concurrent.ExecutionContext.fromExecutor(executor));
            });
  }
}
