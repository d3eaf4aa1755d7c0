package dev.argus.web;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.apache.pekko.actor.Cancellable;
import org.apache.pekko.actor.typed.ActorSystem;

/**
 * Says when a request has been read, or is not read any further: a client may keep us waiting for
 * so long. The time in which it waits for us does not count. Safe for use by many threads.
 */
final class BodyWatch {
  private final ActorSystem<?> system;
  private final Duration patience;
  private final CompletableFuture<Done> end = new CompletableFuture<>();
  private Optional<Cancellable> timer = Optional.empty();

  /**
   * @param patience for each thing that we wait for
   */
  BodyWatch(ActorSystem<?> system, Duration patience) {
    this.system = system;
    this.patience = patience;
  }

  /** From now on we wait for something else of the client. */
  synchronized void waitAnew() {
    pause();
    if (!end.isDone()) {
      timer =
          Optional.of(
              system
                  .scheduler()
                  .scheduleOnce(
                      patience,
                      () -> giveUp(new BodyTimeoutException(patience)),
                      system.executionContext()));
    }
  }

  /** The client waits for us. */
  synchronized void pause() {
    timer.ifPresent(Cancellable::cancel);
    timer = Optional.empty();
  }

  /** All was read, or what is left is not wanted. */
  void finish() {
    end.complete(Done.getInstance());
    pause();
  }

  /** What is left is not read, for this reason. */
  void giveUp(Throwable why) {
    end.completeExceptionally(why);
    pause();
  }

  /** Done, or failed, at the first of these. */
  CompletionStage<Done> end() {
    return end;
  }
}
