package dev.argus.worker;

import dev.argus.ports.CallRefusedException;
import dev.argus.ports.Completions;
import dev.argus.ports.QueueMissingException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.Scheduler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An outage is not a bad photo: calls that fail are tried again with back-off, and meanwhile the
 * node receives no more and keeps its leases.
 *
 * <p>Only when a call has failed for {@code patience} does it fail for good. Its photo goes back to
 * the queue, and the node is of no use any more: should the trouble be its own, others do better.
 */
final class Outages {
  private static final Logger LOG = LoggerFactory.getLogger(Outages.class);

  private final Intake intake;
  private final IntFunction<Duration> backoff;
  private final Duration patience;
  private final Scheduler scheduler;
  private final Executor executor;
  private final InstantSource clock;
  private final Consumer<String> patienceEnded;

  /**
   * @param patienceEnded told what failed for how long, for people
   */
  Outages(
      Intake intake,
      IntFunction<Duration> backoff,
      Duration patience,
      Scheduler scheduler,
      Executor executor,
      InstantSource clock,
      Consumer<String> patienceEnded) {
    this.intake = intake;
    this.backoff = backoff;
    this.patience = patience;
    this.scheduler = scheduler;
    this.executor = executor;
    this.clock = clock;
    this.patienceEnded = patienceEnded;
  }

  /**
   * Calls until it works. What trying again would not mend fails at once: {@link
   * QueueMissingException} and {@link CallRefusedException}.
   *
   * @param dependency what is called, as logs name it
   */
  <T> CompletionStage<T> ride(String dependency, Supplier<CompletionStage<T>> call) {
    CompletableFuture<T> result = new CompletableFuture<>();
    attempt(dependency, call, 1, clock.instant().plus(patience), result);
    return result;
  }

  private <T> void attempt(
      String dependency,
      Supplier<CompletionStage<T>> call,
      int attempt,
      Instant until,
      CompletableFuture<T> result) {
    Completions.attempt(call)
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
              Throwable cause = Completions.cause(failure);
              Duration delay = backoff.apply(attempt);
              boolean outOfPatience = clock.instant().plus(delay).isAfter(until);
              if (outOfPatience && !isFinal(cause)) {
                patienceEnded.accept(
                    dependency + " could not be used for " + patience + ": " + cause);
              }
              if (outOfPatience || isFinal(cause)) {
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
                  () -> attempt(dependency, call, attempt + 1, until, result),
                  scala.concurrent.ExecutionContext.fromExecutor(executor));
            });
  }

  private static boolean isFinal(Throwable cause) {
    return cause instanceof QueueMissingException || cause instanceof CallRefusedException;
  }
}
