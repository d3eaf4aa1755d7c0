package dev.argus.web;

import dev.argus.ports.MessageQueue;
import dev.argus.ports.ObjectStore;
import dev.argus.ports.ObjectStore.Bucket;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * Whether this web node can serve: queue and buckets reachable, and the reason when not.
 *
 * <p>Asked often and by anyone, it looks at most once an interval.
 */
final class Readiness {
  static final String OK = "ok";

  private final Map<String, Supplier<CompletionStage<?>>> checks;
  private final Duration interval;
  private final InstantSource clock;
  private Instant lookedAt = Instant.MIN;
  private CompletionStage<Map<String, String>> last;

  Readiness(
      MessageQueue requests,
      MessageQueue responses,
      ObjectStore store,
      Duration interval,
      InstantSource clock) {
    this.checks =
        Map.of(
            "request-queue", requests::counts,
            "response-queue", responses::counts,
            "input-bucket", () -> store.check(Bucket.INPUT),
            "output-bucket", () -> store.check(Bucket.OUTPUT),
            "state-bucket", () -> store.check(Bucket.STATE));
    this.interval = interval;
    this.clock = clock;
  }

  /** The state of each dependency by name: {@link #OK}, or what is wrong. Never fails. */
  synchronized CompletionStage<Map<String, String>> check() {
    Instant now = clock.instant();
    if (last == null || lookedAt.plus(interval).isBefore(now)) {
      lookedAt = now;
      last = look();
    }
    return last;
  }

  private CompletionStage<Map<String, String>> look() {
    CompletionStage<Map<String, String>> result =
        CompletableFuture.completedFuture(new TreeMap<>());
    for (var check : checks.entrySet()) {
      CompletionStage<String> state =
          check
              .getValue()
              .get()
              .handle((done, failure) -> failure == null ? OK : rootMessage(failure));
      result =
          result.thenCombine(
              state,
              (states, one) -> {
                states.put(check.getKey(), one);
                return states;
              });
    }
    return result;
  }

  private static String rootMessage(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root.getClass().getSimpleName() + ": " + root.getMessage();
  }
}
