package dev.argus.web;

import dev.argus.ports.MessageQueue;
import dev.argus.ports.ObjectStore;
import dev.argus.ports.ObjectStore.Bucket;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether this web node can serve: queue and buckets reachable, its response queue its own, and the
 * reason when not.
 *
 * <p>Asked often and by anyone, it looks at most once an interval. What is wrong is logged when it
 * goes wrong and when it is mended.
 */
final class Readiness {
  private static final Logger LOG = LoggerFactory.getLogger(Readiness.class);
  static final String OK = "ok";

  /** All that a stranger is told: reasons name accounts, roles and hosts. */
  static final String UNREACHABLE = "unreachable";

  private final Map<String, Supplier<CompletionStage<String>>> checks;
  private final Duration interval;
  private final InstantSource clock;
  private final Set<String> wrong = new HashSet<>();
  private Instant lookedAt = Instant.MIN;
  private CompletionStage<Map<String, String>> last;
  private volatile double ready = Double.NaN;

  /**
   * @param conflict what is wrong with this web node's use of its response queue, if anything
   */
  Readiness(
      MessageQueue requests,
      MessageQueue responses,
      Supplier<Optional<String>> conflict,
      ObjectStore store,
      Duration interval,
      InstantSource clock) {
    this.checks =
        Map.of(
            "request-queue",
            () -> state(requests.counts()),
            "response-queue",
            () ->
                state(responses.counts())
                    .thenApply(state -> state.equals(OK) ? conflict.get().orElse(OK) : state),
            "input-bucket",
            () -> state(store.check(Bucket.INPUT)),
            "output-bucket",
            () -> state(store.check(Bucket.OUTPUT)),
            "state-bucket",
            () -> state(store.check(Bucket.STATE)));
    this.interval = interval;
    this.clock = clock;
  }

  private static CompletionStage<String> state(CompletionStage<?> look) {
    return look.handle((done, failure) -> failure == null ? OK : rootMessage(failure));
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
      result =
          result.thenCombine(
              check.getValue().get(),
              (states, one) -> {
                note(check.getKey(), one);
                states.put(check.getKey(), one);
                return states;
              });
    }
    return result.thenApply(
        states -> {
          ready = isReady(states) ? 1 : 0;
          return states;
        });
  }

  static boolean isReady(Map<String, String> states) {
    return states.values().stream().allMatch(OK::equals);
  }

  /**
   * What the latest look has found, for metrics: 1 if this web node is ready, else 0. Not a number
   * before the first. It does not look itself, for each look costs requests.
   */
  double latest() {
    return ready;
  }

  /** Not each new wording: every message of AWS has another request id. */
  private void note(String name, String state) {
    synchronized (wrong) {
      if (state.equals(OK) && wrong.remove(name)) {
        LOG.info("{} is well again", name);
      } else if (!state.equals(OK) && wrong.add(name)) {
        LOG.warn("not ready: {}: {}", name, state);
      }
    }
  }

  private static String rootMessage(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root.getClass().getSimpleName() + ": " + root.getMessage();
  }
}
