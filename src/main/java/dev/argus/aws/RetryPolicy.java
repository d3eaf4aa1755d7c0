package dev.argus.aws;

import dev.argus.config.AwsSettings;
import dev.argus.config.Backoff;
import dev.argus.ports.Completions;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.apache.pekko.actor.ClassicActorSystemProvider;
import org.apache.pekko.pattern.Patterns;

/**
 * Bounds the retries of a call: so many attempts at most, and no new one after the budget is spent.
 *
 * @param maxAttempts the first one included
 * @param budget counted from the first attempt
 */
public record RetryPolicy(Backoff backoff, int maxAttempts, Duration budget) {
  private static final int DEFAULT_ATTEMPTS = 4;

  public static RetryPolicy of(AwsSettings settings) {
    return new RetryPolicy(
        new Backoff(settings.minBackoff(), settings.maxBackoff()),
        DEFAULT_ATTEMPTS,
        settings.callTimeout());
  }

  /** The attempts at one piece of work, beginning now. */
  Attempts begin(ClassicActorSystemProvider system) {
    return new Attempts(system);
  }

  /** Calls until it succeeds, fails for good, or the policy ends it: then with the last error. */
  <T> CompletionStage<T> call(
      ClassicActorSystemProvider system,
      Function<Attempts, CompletionStage<T>> attempt,
      Predicate<Throwable> retryable) {
    return call(begin(system), attempt, retryable);
  }

  private <T> CompletionStage<T> call(
      Attempts attempts,
      Function<Attempts, CompletionStage<T>> attempt,
      Predicate<Throwable> retryable) {
    return attempt
        .apply(attempts)
        .exceptionallyCompose(
            failure -> {
              Throwable cause = Completions.cause(failure);
              return retryable.test(cause) && attempts.next()
                  ? attempts.later(() -> call(attempts, attempt, retryable))
                  : CompletableFuture.failedFuture(cause);
            });
  }

  /** How often a piece of work was tried, and when it is tried again; not for concurrent use. */
  public final class Attempts {
    private final ClassicActorSystemProvider system;
    private final long startedAt = System.nanoTime();
    private int made = 1;
    private Duration wait = Duration.ZERO;

    private Attempts(ClassicActorSystemProvider system) {
      this.system = system;
    }

    /** Whether this is the first attempt. */
    boolean first() {
      return made == 1;
    }

    /** What is left of the budget; above zero. */
    Duration remaining() {
      Duration left = budget.minusNanos(System.nanoTime() - startedAt);
      return left.isNegative() || left.isZero() ? Duration.ofMillis(1) : left;
    }

    /** Takes one more attempt, if the policy allows one. */
    boolean next() {
      Duration delay = backoff.after(made, ThreadLocalRandom.current().nextDouble());
      if (made >= maxAttempts || delay.compareTo(remaining()) >= 0) {
        return false;
      }
      made++;
      wait = delay;
      return true;
    }

    /**
     * Makes the attempt that {@link #next} has granted, after its back-off. The attempt must not
     * succeed with null, which Pekko's timer takes for no answer.
     */
    <T> CompletionStage<T> later(Supplier<CompletionStage<T>> attempt) {
      return Patterns.after(wait, system, attempt::get);
    }
  }
}
