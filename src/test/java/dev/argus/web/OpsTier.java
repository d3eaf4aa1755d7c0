package dev.argus.web;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.argus.config.ArgusSettings;
import dev.argus.simulation.InMemoryObjectStore;
import dev.argus.simulation.InMemoryQueue;
import dev.argus.simulation.InMemoryQueues;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;

/** A web tier on fakes, with a fleet as the controller would tell it. */
final class OpsTier implements AutoCloseable {
  /** A node that has launched, one that boots, and two decisions. */
  static final String FLEET =
      """
      {
        "nodes": {"launching": 0, "booting": 1, "ready": 1, "draining": 0},
        "list": [
          {"id": "i-2", "number": 2, "state": "booting", "type": "t3.small", "purchase": "spot",
           "requestedAt": "2026-01-01T10:00:20Z", "runningAt": "2026-01-01T10:00:22Z"},
          {"id": "i-1", "number": 1, "state": "ready", "type": "t3.small", "purchase": "spot",
           "requestedAt": "2026-01-01T10:00:00Z", "runningAt": "2026-01-01T10:00:02Z",
           "readyAt": "2026-01-01T10:00:05Z", "firstPhotoAt": "2026-01-01T10:00:06Z",
           "bootMs": {"jvm": 900, "model": 1400}}],
        "unlisted": 0,
        "queue": {"visible": 7, "inFlight": 5, "maxWorkers": 19},
        "decisions": [
          {"at": "2026-01-01T10:00:30Z", "lastAt": "2026-01-01T10:00:34Z", "count": 3, "launch": 0,
           "verdict": "enough", "reason": "the nodes that boot are enough"},
          {"at": "2026-01-01T10:00:20Z", "lastAt": "2026-01-01T10:00:20Z", "count": 1, "launch": 1,
           "verdict": "launch", "reason": "launch 1 node: <b>work</b> for two",
           "launches": ["node 2 was launched as i-2: t3.small"]}]
      }
      """;

  private static final String COSTS =
      """
      {"since": "2026-01-01T09:00:00Z", "until": "2026-01-01T10:00:00Z", "photos": 2000,
       "usd": 0.05, "usdPer1000Photos": 0.025, "unpriced": [],
       "prices": {"date": "2025-09-30", "region": "us-east-1"}}
      """;

  private final ActorTestKit kit;
  private final WebTier tier;

  /**
   * @param port 0 for any
   * @param settings names and values of environment variables in turn
   */
  OpsTier(int port, String... settings) {
    Map<String, String> environment = new HashMap<>();
    environment.put("ARGUS_WEB_PORT", Integer.toString(port));
    for (int i = 0; i < settings.length; i += 2) {
      environment.put(settings[i], settings[i + 1]);
    }
    ArgusSettings loaded = ArgusSettings.load(environment);
    kit = ActorTestKit.create(loaded.config());
    InMemoryQueue queue = new InMemoryQueue(InstantSource.system());
    WebTier.Scaling scaling =
        new WebTier.Scaling(
            () -> {},
            message -> {},
            () -> {},
            () -> Duration.ZERO,
            () -> false,
            () -> "[]",
            OpsTier::fleet,
            Optional::empty);
    tier =
        WebTier.start(
                kit.system(),
                loaded,
                new Admission(loaded.web().admission()),
                new WebTier.Dependencies(
                    new InMemoryQueue(InstantSource.system()),
                    queue,
                    "web-1",
                    new InMemoryQueue(InstantSource.system()),
                    name -> queue,
                    new InMemoryQueues(InstantSource.system()),
                    new InMemoryObjectStore(),
                    scaling,
                    () -> CompletableFuture.completedFuture(COSTS),
                    new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
                    InstantSource.system()))
            .toCompletableFuture()
            .join();
  }

  private static ObjectNode fleet() {
    try {
      return (ObjectNode) new ObjectMapper().readTree(FLEET);
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }

  OpsTier leading() {
    tier.lead(true);
    return this;
  }

  int port() {
    return tier.address().getPort();
  }

  URI uri(String path) {
    return URI.create("http://127.0.0.1:" + port() + path);
  }

  @Override
  public void close() {
    tier.stop().toCompletableFuture().join();
    kit.shutdownTestKit();
  }
}
