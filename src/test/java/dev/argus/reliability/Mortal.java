package dev.argus.reliability;

import dev.argus.reliability.CrashPoint.When;
import dev.argus.simulation.InMemoryCluster.Surroundings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * One process as its queues and buckets see it: it notes its calls, and may die at one of them.
 *
 * <p>Once dead, no call takes effect and none completes, as after kill -9. Thread-safe.
 */
final class Mortal {
  private final String role;
  private Optional<CrashPoint> crash;
  private final List<String> calls = new ArrayList<>();
  private final Map<String, Integer> begun = new HashMap<>();
  private final Map<String, Integer> ended = new HashMap<>();
  private final CompletableFuture<Void> death = new CompletableFuture<>();

  /**
   * @param role what its calls are named after
   */
  Mortal(String role, Optional<CrashPoint> crash) {
    this.role = role;
    this.crash = crash;
  }

  /** The surroundings as this process sees them. */
  Surroundings seeing(Surroundings real, Journal journal) {
    return new Surroundings(
        new MortalQueue(this, "requests", real.requests()),
        new MortalQueue(this, "responses", real.responses()),
        new MortalQueue(this, "dead letters", real.deadLetters()),
        new MortalStore(this, real.store(), journal));
  }

  /** The names of its calls so far, in the order of their beginning, those that repeat repeated. */
  synchronized List<String> calls() {
    return List.copyOf(calls);
  }

  boolean isDead() {
    return death.isDone();
  }

  /** Lets the process live from now on, and says whether it still does. */
  synchronized boolean spare() {
    crash = Optional.empty();
    return !isDead();
  }

  /** Completes when the process has died. */
  CompletionStage<Void> death() {
    return death;
  }

  /** Makes a call, unless the process is dead or dies of it. */
  <T> CompletionStage<T> call(String name, Supplier<CompletionStage<T>> effect) {
    if (!begins(name)) {
      return new CompletableFuture<>();
    }
    CompletionStage<T> result = effect.get(); // in memory it takes effect at once
    return ends(name) ? result : new CompletableFuture<>();
  }

  /** A call that nobody dies of: one that has no effect, and is made again and again. */
  <T> CompletionStage<T> look(Supplier<CompletionStage<T>> call) {
    return isDead() ? new CompletableFuture<>() : call.get();
  }

  /** Whether the process lives to make this call. */
  synchronized boolean begins(String name) {
    if (isDead()) {
      return false;
    }
    calls.add(role + " " + name);
    return survives(name, begun.merge(name, 1, Integer::sum), When.BEFORE);
  }

  /** Whether the process lives to see the effect of this call. */
  synchronized boolean ends(String name) {
    return !isDead() && survives(name, ended.merge(name, 1, Integer::sum), When.AFTER);
  }

  private boolean survives(String name, int occurrence, When when) {
    if (crash.equals(Optional.of(new CrashPoint(role + " " + name, occurrence, when)))) {
      death.complete(null);
      return false;
    }
    return true;
  }
}
