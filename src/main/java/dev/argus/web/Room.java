package dev.argus.web;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.pattern.Patterns;

/**
 * Waits for room at the {@link Door}: a photo of a batch is not refused for a limit that it would
 * pass a moment later, while its client is held back.
 */
final class Room {
  /** Room may come any moment, and asking costs nothing. */
  private static final Duration POLL = Duration.ofMillis(250);

  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

  private final ActorSystem<?> system;
  private final Door door;
  private final Duration patience;

  /**
   * @param patience who had no room for so long is refused
   */
  Room(ActorSystem<?> system, Door door, Duration patience) {
    this.system = system;
    this.door = door;
    this.patience = patience;
  }

  /**
   * A permit as soon as there is one, or why there is none.
   *
   * @param givenUp says whether nobody waits any more
   */
  CompletionStage<Verdict> await(Principal principal, long bytes, BooleanSupplier givenUp) {
    return await(principal, bytes, givenUp, patience);
  }

  private CompletionStage<Verdict> await(
      Principal principal, long bytes, BooleanSupplier givenUp, Duration left) {
    Verdict verdict = door.ask(principal, bytes);
    if (!(verdict instanceof Refusal refusal)) {
      return CompletableFuture.completedFuture(verdict);
    }
    if (left.isNegative() || givenUp.getAsBoolean()) {
      door.refused(refusal);
      return CompletableFuture.completedFuture(refusal);
    }
    Duration asked = refusal.retryAfter().orElse(POLL);
    Duration pause = asked.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : asked;
    return Patterns.after(
        pause,
        system.classicSystem(),
        () -> await(principal, bytes, givenUp, left.minus(pause).minusMillis(1)));
  }
}
