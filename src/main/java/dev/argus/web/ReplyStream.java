package dev.argus.web;

import dev.argus.ports.Acknowledgement;
import dev.argus.ports.Delivery;
import dev.argus.ports.MessageQueue;
import dev.argus.ports.ReceiveGate;
import dev.argus.protocol.Answer;
import dev.argus.protocol.Codec;
import dev.argus.protocol.MalformedMessageException;
import dev.argus.protocol.NodeReport;
import dev.argus.protocol.PhotoState;
import dev.argus.protocol.ResponseMessage;
import dev.argus.tracing.Tracing;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.stream.KillSwitches;
import org.apache.pekko.stream.RestartSettings;
import org.apache.pekko.stream.UniqueKillSwitch;
import org.apache.pekko.stream.javadsl.Keep;
import org.apache.pekko.stream.javadsl.RestartSource;
import org.apache.pekko.stream.javadsl.Sink;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * From the response queue to the reply router: a reply is deleted only after it has been handed
 * over.
 *
 * <p>A reply that nobody waits for is deleted too, since its result is in S3 already; a message
 * that cannot be read is logged, counted and deleted, since nobody else could read it either. One
 * whose times make no sense is counted too, and its reply is handed over.
 */
final class ReplyStream {
  private static final Logger LOG = LoggerFactory.getLogger(ReplyStream.class);
  private static final int BATCH_SIZE = 10; // the most that SQS hands out at once
  // It should never break; if it does, a web node that answers nobody is the worst of all.
  private static final RestartSettings RESTART =
      RestartSettings.create(Duration.ofMillis(200), Duration.ofSeconds(10), 0.2);
  private static final Duration ROUTING_TIMEOUT = Duration.ofSeconds(5);

  private final ActorSystem<?> system;
  private final ActorRef<ReplyRouter.Command> router;
  private final Consumer<ResponseMessage> listener;
  private final Ledger ledger;
  private final Consumer<Throwable> onReceiveFailed;
  private final WebMetrics metrics;

  /**
   * @param listener told of every answer and node report; the controller learns from them
   * @param onReceiveFailed told of every receive that failed, and why
   */
  ReplyStream(
      ActorSystem<?> system,
      ActorRef<ReplyRouter.Command> router,
      Consumer<ResponseMessage> listener,
      Ledger ledger,
      Consumer<Throwable> onReceiveFailed,
      WebMetrics metrics) {
    this.system = system;
    this.router = router;
    this.listener = listener;
    this.ledger = ledger;
    this.onReceiveFailed = onReceiveFailed;
    this.metrics = metrics;
  }

  /** Runs until the switch is thrown. */
  UniqueKillSwitch run(MessageQueue responses, int parallelism) {
    return RestartSource.onFailuresWithBackoff(
            RESTART,
            () ->
                responses
                    .deliveries(new Gate(ledger, onReceiveFailed))
                    .mapAsyncUnordered(parallelism, this::handOver)
                    .via(responses.acknowledgements()))
        .viaMat(KillSwitches.single(), Keep.right())
        .to(Sink.ignore())
        .run(system);
  }

  /** Always open: a reply takes next to no room. */
  private record Gate(Ledger ledger, Consumer<Throwable> onReceiveFailed) implements ReceiveGate {
    @Override
    public CompletionStage<Integer> reserve() {
      return CompletableFuture.completedFuture(BATCH_SIZE);
    }

    @Override
    public void received(int reserved, List<Delivery> batch) {}

    @Override
    public boolean isPatient() {
      return ledger.isBusy();
    }

    @Override
    public void failed(int reserved, Throwable cause) {
      onReceiveFailed.accept(cause);
    }
  }

  /** Times come from outside and may be beyond all reckoning: the reply is handed over anyway. */
  private void learn(Delivery delivery, ResponseMessage message, Runnable count) {
    try {
      listener.accept(message);
      count.run();
    } catch (RuntimeException e) {
      LOG.warn(
          "message {} on the response queue makes no sense: {}",
          delivery.messageId(),
          e.toString());
      metrics.malformed();
    }
  }

  private CompletionStage<Acknowledgement> handOver(Delivery delivery) {
    ResponseMessage message;
    try {
      message = Codec.decodeResponse(delivery.message());
    } catch (MalformedMessageException e) {
      LOG.warn(
          "message {} on the response queue is dropped: {}", delivery.messageId(), e.toString());
      metrics.malformed();
      return CompletableFuture.completedFuture(Acknowledgement.delete(delivery));
    }
    if (!(message instanceof Answer answer)) {
      learn(delivery, message, () -> metrics.reported((NodeReport) message));
      return CompletableFuture.completedFuture(Acknowledgement.delete(delivery));
    }
    Ledger.Arrival arrival = ledger.settled(answer.reply());
    Tracing
        .log(
            LOG,
            Level.INFO,
            Optional.ofNullable(delivery.message().attributes().get(Tracing.TRACEPARENT)))
        .log(
            "{} is answered by {}: {}{}",
            answer.reply().id(),
            answer.node(),
            PhotoState.of(answer.reply()).inWords(),
            arrival == Ledger.Arrival.DUPLICATE ? ", once more" : "");
    learn(delivery, message, () -> metrics.replied(answer, arrival));
    return AskPattern.<ReplyRouter.Command, ReplyRouter.Routed>ask(
            router,
            replyTo -> new ReplyRouter.Route(answer.reply(), replyTo),
            ROUTING_TIMEOUT,
            system.scheduler())
        .handleAsync( // on this thread pool: by itself an ask continues on one of the JVM's
            (routed, failure) -> {
              if (failure != null) {
                LOG.warn(
                    "the reply to {} comes again: {}", answer.reply().id(), failure.toString());
                return Acknowledgement.ignore(delivery);
              }
              return Acknowledgement.delete(delivery);
            },
            system.executionContext());
  }
}
