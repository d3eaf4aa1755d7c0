package dev.argus.worker;

import dev.argus.config.ArgusSettings;
import dev.argus.config.WorkerSettings;
import dev.argus.ports.Classifier;
import dev.argus.protocol.Answer;
import dev.argus.protocol.ClassifyReply;
import dev.argus.protocol.ClassifyRequest;
import dev.argus.protocol.Codec;
import dev.argus.protocol.MalformedMessageException;
import dev.argus.protocol.NodeReport;
import dev.argus.protocol.PhotoId;
import dev.argus.protocol.ResponseMessage;
import dev.argus.simulation.InMemoryFleet;
import dev.argus.simulation.InMemoryObjectStore;
import dev.argus.simulation.InMemoryQueue;
import dev.argus.simulation.SettableClock;
import dev.argus.tracing.Tracing;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.util.ByteString;

/** Queues, a store and a fleet in memory, and whole app nodes that share them. */
final class TestCluster implements AutoCloseable {
  final SettableClock clock = new SettableClock();
  final InMemoryQueue requests = new InMemoryQueue(clock);
  final InMemoryQueue responses = new InMemoryQueue(clock);
  final InMemoryQueue deadLetters = new InMemoryQueue(clock);
  final InMemoryObjectStore store = new InMemoryObjectStore();
  final ActorTestKit kit = ActorTestKit.create();
  private final Map<String, String> settings =
      new HashMap<>(
          Map.of(
              "ARGUS_WORKER_MIN_BACKOFF", "1ms",
              "ARGUS_WORKER_MAX_BACKOFF", "5ms",
              "ARGUS_WORKER_RECEIVE_WAIT", "100ms",
              "ARGUS_WORKER_DRAIN_TIMEOUT", "1s",
              "ARGUS_WORKER_INTERRUPTION_INTERVAL", "20ms"));
  private boolean toldHowManyStay;

  TestCluster with(String setting, String value) {
    settings.put(setting, value);
    return this;
  }

  /** Nodes read how many of them are worth keeping. */
  TestCluster toldHowManyStay() {
    toldHowManyStay = true;
    return this;
  }

  WorkerSettings settings() {
    return ArgusSettings.load(settings).worker();
  }

  WorkerNode start(String id, Classifier classifier) {
    return start(id, classifier, () -> CompletableFuture.completedFuture(Optional.empty()));
  }

  WorkerNode start(
      String id, Classifier classifier, Supplier<CompletionStage<Optional<Instant>>> interruption) {
    return WorkerNode.start(
        kit.system(),
        settings(),
        new WorkerNode.Dependencies(
            new NodeReports(
                id,
                Optional.of(clock.instant()),
                classifier.parallelism(),
                new LeaderQueue(new InMemoryObjectStore(), name -> responses, responses),
                clock),
            requests,
            deadLetters,
            name -> responses,
            store,
            new InMemoryFleet(clock),
            classifier,
            interruption,
            clock,
            toldHowManyStay,
            Tracing.off()));
  }

  /** Sends a photo that the scripted classifier reads as {@code content}. */
  ClassifyRequest send(String content) {
    ClassifyRequest request =
        new ClassifyRequest(
            PhotoId.random(),
            content + ".jpg",
            "image/jpeg",
            "replies",
            clock.instant().plusSeconds(300),
            Optional.empty(),
            new ClassifyRequest.Inline(ByteString.fromString(content)));
    requests.send(Codec.encode(request));
    return request;
  }

  /** What became of each photo, in the order of the replies. */
  List<ClassifyReply> replies() {
    return said().stream()
        .filter(Answer.class::isInstance)
        .map(message -> ((Answer) message).reply())
        .toList();
  }

  List<NodeReport> reports() {
    return said().stream()
        .filter(NodeReport.class::isInstance)
        .map(NodeReport.class::cast)
        .toList();
  }

  List<NodeReport.State> states() {
    return reports().stream().map(NodeReport::state).toList();
  }

  private List<ResponseMessage> said() {
    return responses.sent().stream()
        .map(
            message -> {
              try {
                return Codec.decodeResponse(message);
              } catch (MalformedMessageException e) {
                throw new AssertionError(e);
              }
            })
        .toList();
  }

  int visible() {
    return requests.counts().toCompletableFuture().join().visible();
  }

  boolean isEmpty() {
    return requests.counts().toCompletableFuture().join().isEmpty();
  }

  @Override
  public void close() {
    kit.shutdownTestKit();
  }
}
