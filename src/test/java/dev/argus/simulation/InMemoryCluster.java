package dev.argus.simulation;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.argus.config.ArgusSettings;
import dev.argus.ports.Classifier;
import dev.argus.ports.MessageQueue;
import dev.argus.ports.ObjectStore;
import dev.argus.tracing.TracedQueue;
import dev.argus.tracing.Tracing;
import dev.argus.web.Admission;
import dev.argus.web.WebTier;
import dev.argus.worker.LeaderQueue;
import dev.argus.worker.NodeReports;
import dev.argus.worker.WorkerNode;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * A whole cluster in this JVM: web nodes behind real HTTP and app nodes, each with an actor system
 * of its own, on queues and buckets in memory.
 */
public final class InMemoryCluster implements AutoCloseable {
  private static final String RESPONSES = "responses";

  /** What one node sees of the queues and buckets: they themselves, or something before them. */
  public record Surroundings(
      MessageQueue requests, MessageQueue responses, MessageQueue deadLetters, ObjectStore store) {}

  /** A running web node. */
  public record WebNode(ActorSystem<?> system, WebTier tier, PrometheusMeterRegistry metrics) {
    public URI uri(String path) {
      return URI.create("http://127.0.0.1:" + tier.address().getPort() + path);
    }
  }

  /** A running app node. */
  public record AppNode(ActorSystem<?> system, WorkerNode node) {}

  public final InMemoryQueue requests;
  public final InMemoryQueue responses;
  public final InMemoryQueue deadLetters;
  public final InMemoryObjectStore store = new InMemoryObjectStore();
  private final InstantSource clock;
  private final ArgusSettings settings;
  private final List<ActorSystem<?>> systems = new ArrayList<>();

  /**
   * @param overrides settings as environment variables name them
   */
  public InMemoryCluster(InstantSource clock, Map<String, String> overrides) {
    this.clock = clock;
    this.requests = new InMemoryQueue(clock);
    this.responses = new InMemoryQueue(clock);
    this.deadLetters = new InMemoryQueue(clock);
    Map<String, String> environment = new HashMap<>(overrides);
    environment.put("ARGUS_WEB_PORT", "0");
    this.settings = ArgusSettings.load(environment);
  }

  public ArgusSettings settings() {
    return settings;
  }

  /** The queues and buckets themselves. */
  public Surroundings surroundings() {
    return new Surroundings(requests, responses, deadLetters, store);
  }

  /** Everything between the nodes, with spans for what passes through the queues. */
  public Surroundings traced(Tracing tracing) {
    return new Surroundings(
        TracedQueue.of("requests", requests, tracing),
        TracedQueue.of(RESPONSES, responses, tracing),
        deadLetters,
        store);
  }

  public WebNode startWeb(Surroundings seen) {
    return startWeb(seen, Tracing.off());
  }

  public WebNode startWeb(Surroundings seen, Tracing tracing) {
    ActorSystem<?> system = system("web");
    PrometheusMeterRegistry metrics = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    WebTier tier =
        WebTier.start(
                system,
                settings,
                new Admission(settings.web().admission()),
                new WebTier.Dependencies(
                    seen.requests(),
                    seen.responses(),
                    RESPONSES,
                    seen.deadLetters(),
                    name -> seen.responses(),
                    new InMemoryQueues(clock),
                    seen.store(),
                    new WebTier.Scaling(
                        () -> {},
                        message -> {},
                        () -> {},
                        () -> Duration.ZERO,
                        () -> false,
                        () -> "[]",
                        JsonNodeFactory.instance::objectNode,
                        Optional::empty),
                    () -> CompletableFuture.completedFuture("{}"),
                    metrics,
                    clock,
                    tracing))
            .toCompletableFuture()
            .join();
    tier.lead(true);
    return new WebNode(system, tier, metrics);
  }

  public AppNode startApp(String id, Surroundings seen, Classifier classifier) {
    return startApp(id, seen, classifier, Tracing.off());
  }

  public AppNode startApp(String id, Surroundings seen, Classifier classifier, Tracing tracing) {
    ActorSystem<?> system = system("app");
    WorkerNode node =
        WorkerNode.start(
            system,
            settings.worker(),
            new WorkerNode.Dependencies(
                new NodeReports(
                    id,
                    Optional.empty(),
                    classifier.parallelism(),
                    new LeaderQueue(store, name -> seen.responses(), seen.responses()),
                    clock),
                seen.requests(),
                seen.deadLetters(),
                name -> seen.responses(),
                seen.store(),
                new InMemoryFleet(clock),
                classifier,
                () -> CompletableFuture.completedFuture(Optional.empty()),
                clock,
                false,
                tracing));
    return new AppNode(system, node);
  }

  private ActorSystem<?> system(String name) {
    ActorSystem<?> system = ActorSystem.create(Behaviors.empty(), name, settings.config());
    systems.add(system);
    return system;
  }

  /** Whether the request queue holds nothing, visible or not. */
  public boolean nothingWaits() {
    return requests.counts().toCompletableFuture().join().isEmpty();
  }

  @Override
  public void close() {
    systems.forEach(ActorSystem::terminate);
  }
}
