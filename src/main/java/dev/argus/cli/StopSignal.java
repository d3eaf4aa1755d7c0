package dev.argus.cli;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Ctrl-C and SIGTERM as something that a command waits for, so that it stops in order.
 *
 * <p>The JVM ends when its shutdown hooks have: the hook says "stop" and then waits until the
 * command has said that it is done.
 */
final class StopSignal {
  /** Longer than any drain; what hangs longer than this is cut. */
  static final Duration LONGEST_STOP = Duration.ofSeconds(60);

  private final CompletableFuture<String> stop = new CompletableFuture<>();
  private final CompletableFuture<Void> done = new CompletableFuture<>();

  private StopSignal() {}

  static StopSignal install() {
    StopSignal signal = new StopSignal();
    Runtime.getRuntime().addShutdownHook(new Thread(signal::onShutdown, "stop-signal"));
    return signal;
  }

  private void onShutdown() {
    stop.complete("it was told to stop");
    try {
      done.get(LONGEST_STOP.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      System.err.println("argus: did not stop in order within " + LONGEST_STOP.toSeconds() + " s");
    }
  }

  /** Completes with the reason when the process is told to stop. */
  CompletableFuture<String> stage() {
    return stop;
  }

  /** Waits until the process is told to stop. */
  void await() {
    stop.join();
  }

  /** Everything is stopped; the process may end. */
  void done() {
    done.complete(null);
  }
}
