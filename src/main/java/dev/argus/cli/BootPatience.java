package dev.argus.cli;

import dev.argus.config.Backoff;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks again, with back-off, for what a machine that boots may not be able to tell at once. */
final class BootPatience {
  private static final Logger LOG = LoggerFactory.getLogger(BootPatience.class);

  private final Backoff backoff;
  private final Duration patience;
  private final CompletableFuture<String> stop;

  /**
   * @param patience no question is asked after this
   * @param stop completes with the reason when the process is told to stop
   */
  BootPatience(Backoff backoff, Duration patience, CompletableFuture<String> stop) {
    this.backoff = backoff;
    this.patience = patience;
    this.stop = stop;
  }

  /**
   * The answer to a question that is bounded by a timeout of its own.
   *
   * @throws BootFailedException if the patience ends first, or the process is told to stop
   */
  <T> T ask(String what, Supplier<CompletionStage<T>> question) throws InterruptedException {
    long began = System.nanoTime();
    for (int failures = 1; ; failures++) {
      try {
        return question.get().toCompletableFuture().get();
      } catch (ExecutionException e) {
        Duration pause = backoff.after(failures, ThreadLocalRandom.current().nextDouble());
        Duration spent = Duration.ofNanos(System.nanoTime() - began);
        if (spent.plus(pause).compareTo(patience) > 0) {
          throw new BootFailedException(
              "%s could not be found out in %d s (argus.worker.identity-patience): %s"
                  .formatted(what, patience.toSeconds(), e.getCause()),
              e.getCause());
        }
        LOG.warn("{} is not known yet, asking again in {}: {}", what, pause, e.getCause());
        pause(pause);
      }
    }
  }

  private void pause(Duration pause) throws InterruptedException {
    try {
      throw new BootFailedException(stop.get(pause.toMillis(), TimeUnit.MILLISECONDS), null);
    } catch (TimeoutException e) {
      // nobody has told this process to stop
    } catch (ExecutionException e) {
      throw new IllegalStateException("a stop signal has only a reason", e);
    }
  }

  /** A node could not find out what it must know to begin. */
  static final class BootFailedException extends RuntimeException {
    BootFailedException(String message, Throwable cause) {
      super(message, cause);
    }
  }
}
