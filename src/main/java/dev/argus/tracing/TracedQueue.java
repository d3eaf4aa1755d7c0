package dev.argus.tracing;

import dev.argus.ports.Acknowledgement;
import dev.argus.ports.Delivery;
import dev.argus.ports.MessageQueue;
import dev.argus.ports.MessageQueues;
import dev.argus.ports.QueueCounts;
import dev.argus.ports.ReceiveGate;
import dev.argus.protocol.WireMessage;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.pekko.Done;
import org.apache.pekko.NotUsed;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.Source;

/**
 * A queue whose messages carry their trace on: a send is a span, and so is the time from a receive
 * to its acknowledgement. Messages without a trace context pass as they are.
 *
 * <p>A renewal of a lease ends no span; see {@link MessageQueue#renewals}.
 */
public final class TracedQueue implements MessageQueue {
  private final String name;
  private final MessageQueue queue;
  private final Tracing tracing;

  /** By receipt: as many as the receiver holds. */
  private final Map<String, Span> processing = new ConcurrentHashMap<>();

  private TracedQueue(String name, MessageQueue queue, Tracing tracing) {
    this.name = name;
    this.queue = queue;
    this.tracing = tracing;
  }

  /** The queue itself while tracing is off. */
  public static MessageQueue of(String name, MessageQueue queue, Tracing tracing) {
    return tracing.isOn() ? new TracedQueue(name, queue, tracing) : queue;
  }

  /** All queues of the others. */
  public static MessageQueues of(MessageQueues queues, Tracing tracing) {
    return tracing.isOn() ? name -> of(name, queues.named(name), tracing) : queues;
  }

  @Override
  public CompletionStage<Done> send(WireMessage message) {
    return send(message, false);
  }

  @Override
  public CompletionStage<Done> send(WireMessage message, boolean patient) {
    Optional<String> parent = context(message);
    if (parent.isEmpty()) {
      return queue.send(message, patient);
    }
    Span span = start("send", SpanKind.PRODUCER, parent);
    return queue
        .send(within(span, message), patient)
        .whenComplete((done, failure) -> Tracing.end(span, failure));
  }

  @Override
  public Source<Delivery, NotUsed> deliveries(ReceiveGate gate) {
    return queue.deliveries(gate).map(this::begin);
  }

  private Delivery begin(Delivery delivery) {
    Optional<String> parent = context(delivery.message());
    if (parent.isEmpty()) {
      return delivery;
    }
    Span span = start("process", SpanKind.CONSUMER, parent);
    span.setAttribute("messaging.message.id", delivery.messageId());
    span.setAttribute("argus.receive.count", delivery.receiveCount());
    processing.put(delivery.receipt(), span);
    return new Delivery(
        delivery.messageId(),
        delivery.receipt(),
        delivery.receiveCount(),
        delivery.sentAt(),
        within(span, delivery.message()));
  }

  @Override
  public Flow<Acknowledgement, Acknowledgement, NotUsed> acknowledgements() {
    return queue.acknowledgements().map(this::finish);
  }

  private Acknowledgement finish(Acknowledgement ack) {
    Span span = processing.remove(ack.delivery().receipt());
    if (span != null) {
      span.setAttribute("argus.acknowledgement", ack.getClass().getSimpleName());
      span.end();
    }
    return ack;
  }

  @Override
  public Flow<Acknowledgement, Acknowledgement, NotUsed> renewals() {
    return queue.renewals();
  }

  @Override
  public CompletionStage<QueueCounts> counts() {
    return queue.counts();
  }

  private Span start(String operation, SpanKind kind, Optional<String> parent) {
    return tracing
        .start(operation + " " + name, kind, parent)
        .setAttribute("messaging.system", "aws_sqs")
        .setAttribute("messaging.operation.type", operation)
        .setAttribute("messaging.destination.name", name);
  }

  private static Optional<String> context(WireMessage message) {
    return Optional.ofNullable(message.attributes().get(Tracing.TRACEPARENT));
  }

  private static WireMessage within(Span span, WireMessage message) {
    Map<String, String> attributes = new HashMap<>(message.attributes());
    attributes.put(Tracing.TRACEPARENT, Tracing.traceparent(span));
    return new WireMessage(message.body(), attributes);
  }
}
