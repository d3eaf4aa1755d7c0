package dev.argus.web;

import dev.argus.config.ArgusSettings;
import dev.argus.ports.Acknowledgement;
import dev.argus.ports.Delivery;
import dev.argus.ports.MessageQueue;
import dev.argus.ports.ObjectStore;
import dev.argus.ports.QueueCounts;
import dev.argus.ports.ReceiveGate;
import dev.argus.protocol.Answer;
import dev.argus.protocol.ClassifyReply;
import dev.argus.protocol.Codec;
import dev.argus.protocol.PhotoId;
import dev.argus.protocol.Prediction;
import dev.argus.protocol.StageTimes;
import dev.argus.protocol.WireMessage;
import dev.argus.simulation.DelegatingObjectStore;
import dev.argus.simulation.InMemoryObjectStore;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.Done;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.stream.BoundedSourceQueue;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.Source;

/**
 * A web tier whose app nodes answer each photo after a given time without a look at it, or never.
 *
 * <p>Queues and buckets are in memory, and keep no photo: what a process spends is the web tier's.
 */
final class InstantWeb {
  private static final int MAX_WAITING = 10_000;
  private static final List<Prediction> PREDICTIONS =
      List.of(
          new Prediction("tabby", 0.61),
          new Prediction("tiger cat", 0.21),
          new Prediction("Egyptian cat", 0.11),
          new Prediction("lynx", 0.02),
          new Prediction("Persian cat", 0.01));

  private InstantWeb() {}

  /**
   * @param args milliseconds until an answer, or {@code never}; then settings as {@code NAME=value}
   */
  public static void main(String[] args) throws Exception {
    Map<String, String> environment = new HashMap<>();
    environment.put("ARGUS_WEB_PORT", "0");
    // All load comes from one address: its rate must not be what limits it.
    environment.put("ARGUS_WEB_CLIENT_RATE", "100000");
    environment.put("ARGUS_WEB_CLIENT_BURST", "100000");
    for (int i = 1; i < args.length; i++) {
      String[] setting = args[i].split("=", 2);
      environment.put(setting[0], setting[1]);
    }
    ArgusSettings settings = ArgusSettings.load(environment);
    ActorSystem<Void> system = ActorSystem.create(Behaviors.empty(), "web", settings.config());
    Responses responses = new Responses();
    MessageQueue requests =
        args[0].equals("never")
            ? new Requests(message -> {})
            : new Requests(answering(responses, Duration.ofMillis(Long.parseLong(args[0]))));
    WebTier tier =
        WebTier.start(
                system,
                settings,
                new Admission(settings.web().admission()),
                InMemoryWeb.dependencies(requests, responses, forgetful()))
            .toCompletableFuture()
            .join();
    ServerProcess.serve(tier.address().getPort());
  }

  private interface AppNodes {
    void take(WireMessage request);
  }

  private static AppNodes answering(Responses responses, Duration after) {
    return after.isZero()
        ? responses::answer
        : request ->
            CompletableFuture.delayedExecutor(after.toMillis(), TimeUnit.MILLISECONDS)
                .execute(() -> responses.answer(request));
  }

  /** A store that takes every photo and keeps none. */
  private static ObjectStore forgetful() {
    return new DelegatingObjectStore(new InMemoryObjectStore()) {
      @Override
      public CompletionStage<Boolean> putIfAbsent(Bucket bucket, String key, StoredObject object) {
        return bucket == Bucket.INPUT
            ? CompletableFuture.completedFuture(true)
            : super.putIfAbsent(bucket, key, object);
      }
    };
  }

  private abstract static class Queue implements MessageQueue {
    @Override
    public CompletionStage<Done> send(WireMessage message) {
      return CompletableFuture.failedFuture(new UnsupportedOperationException());
    }

    @Override
    public Source<Delivery, NotUsed> deliveries(ReceiveGate gate) {
      return Source.failed(new UnsupportedOperationException());
    }

    @Override
    public Flow<Acknowledgement, Acknowledgement, NotUsed> acknowledgements() {
      return Flow.create();
    }

    @Override
    public CompletionStage<QueueCounts> counts() {
      return CompletableFuture.completedFuture(new QueueCounts(0, 0));
    }
  }

  private static final class Requests extends Queue {
    private final AppNodes nodes;

    private Requests(AppNodes nodes) {
      this.nodes = nodes;
    }

    @Override
    public CompletionStage<Done> send(WireMessage message) {
      nodes.take(message);
      return CompletableFuture.completedFuture(Done.getInstance());
    }
  }

  private static final class Responses extends Queue {
    private volatile BoundedSourceQueue<Delivery> waiting;

    private void answer(WireMessage request) {
      ClassifyReply reply =
          new ClassifyReply.Recognised(
              PhotoId.parse(request.attributes().get("id")).orElseThrow(),
              request.attributes().get("name"),
              PREDICTIONS,
              "scripted");
      String id = UUID.randomUUID().toString();
      WireMessage message = Codec.encode(new Answer(reply, "i-1", StageTimes.none()));
      waiting.offer(new Delivery(id, id, 1, Instant.now(), message));
    }

    @Override
    public Source<Delivery, NotUsed> deliveries(ReceiveGate gate) {
      return Source.<Delivery>queue(MAX_WAITING)
          .mapMaterializedValue(
              queue -> {
                waiting = queue;
                return NotUsed.getInstance();
              });
    }
  }
}
