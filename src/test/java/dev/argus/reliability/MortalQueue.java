package dev.argus.reliability;

import dev.argus.ports.Acknowledgement;
import dev.argus.ports.Delivery;
import dev.argus.ports.MessageQueue;
import dev.argus.ports.QueueCounts;
import dev.argus.ports.ReceiveGate;
import dev.argus.protocol.WireMessage;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.apache.pekko.NotUsed;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.Source;

/** A queue as a {@link Mortal} process uses it. */
final class MortalQueue implements MessageQueue {
  private final Mortal process;
  private final String name;
  private final MessageQueue queue;

  MortalQueue(Mortal process, String name, MessageQueue queue) {
    this.process = process;
    this.name = name;
    this.queue = queue;
  }

  @Override
  public CompletionStage<Done> send(WireMessage message) {
    return process.call("sends " + what(message), () -> queue.send(message));
  }

  @Override
  public Source<Delivery, NotUsed> deliveries(ReceiveGate gate) {
    return queue
        .deliveries(gateOfTheLiving(gate))
        .mapAsync(1, delivery -> alive("receives " + what(delivery.message()), delivery));
  }

  /** A dead process receives nothing more. */
  private ReceiveGate gateOfTheLiving(ReceiveGate gate) {
    return new ReceiveGate() {
      @Override
      public CompletionStage<Integer> reserve() {
        return gate.reserve()
            .thenCompose(granted -> process.look(() -> CompletableFuture.completedFuture(granted)));
      }

      @Override
      public void received(int reserved, List<Delivery> batch) {
        gate.received(reserved, batch);
      }

      @Override
      public void failed(int reserved, Throwable cause) {
        gate.failed(reserved, cause);
      }
    };
  }

  private CompletionStage<Delivery> alive(String call, Delivery delivery) {
    return process.call(call, () -> CompletableFuture.completedFuture(delivery));
  }

  @Override
  public Flow<Acknowledgement, Acknowledgement, NotUsed> acknowledgements() {
    return Flow.of(Acknowledgement.class)
        .mapAsync(1, ack -> when(process.begins(what(ack)), ack))
        .via(queue.acknowledgements())
        .mapAsync(1, ack -> when(process.ends(what(ack)), ack));
  }

  private static <T> CompletionStage<T> when(boolean alive, T value) {
    return alive ? CompletableFuture.completedFuture(value) : new CompletableFuture<>();
  }

  @Override
  public CompletionStage<QueueCounts> counts() {
    return process.look(queue::counts);
  }

  private String what(Acknowledgement ack) {
    String verb = ack instanceof Acknowledgement.Delete ? "deletes " : "leases ";
    return verb + what(ack.delivery().message());
  }

  private String what(WireMessage message) {
    return message.attributes().getOrDefault("kind", "request") + " of " + name;
  }
}
