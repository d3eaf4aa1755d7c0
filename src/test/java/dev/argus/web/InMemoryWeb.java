package dev.argus.web;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.argus.ports.MessageQueue;
import dev.argus.ports.ObjectStore;
import dev.argus.simulation.InMemoryQueue;
import dev.argus.simulation.InMemoryQueues;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** The surroundings of a web tier whose app nodes are played by the test. */
final class InMemoryWeb {
  private InMemoryWeb() {}

  static WebTier.Dependencies dependencies(
      MessageQueue requests, MessageQueue responses, ObjectStore store) {
    return dependencies(
        requests,
        responses,
        store,
        scaling(() -> {}, () -> Duration.ZERO, Optional::empty),
        InstantSource.system());
  }

  static WebTier.Scaling scaling(
      Runnable onAccepted, Supplier<Duration> timeToAnswer, Supplier<Optional<String>> trouble) {
    return new WebTier.Scaling(
        onAccepted,
        message -> {},
        () -> {},
        timeToAnswer,
        () -> false,
        () -> "[]",
        JsonNodeFactory.instance::objectNode,
        trouble);
  }

  static WebTier.Dependencies dependencies(
      MessageQueue requests,
      MessageQueue responses,
      ObjectStore store,
      WebTier.Scaling scaling,
      InstantSource clock) {
    return new WebTier.Dependencies(
        requests,
        responses,
        "responses",
        new InMemoryQueue(InstantSource.system()),
        name -> responses,
        new InMemoryQueues(InstantSource.system()),
        store,
        scaling,
        () -> CompletableFuture.completedFuture("{}"),
        new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
        clock);
  }
}
