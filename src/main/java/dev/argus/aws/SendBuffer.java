package dev.argus.aws;

import dev.argus.ports.OverloadException;
import dev.argus.protocol.WireMessage;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.ClassicActorSystemProvider;
import org.apache.pekko.stream.BoundedSourceQueue;
import org.apache.pekko.stream.QueueOfferResult;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;

/**
 * A bounded buffer before a publish flow, so that sends from anywhere share its calls.
 *
 * <p>The stream is started by the first send, and again by a send after {@link #close}. Safe for
 * use by many threads.
 */
final class SendBuffer implements AutoCloseable {
  private final String queue;
  private final int maxWaiting;
  private final Flow<
          SqsMessage<CompletableFuture<Done>>, SqsPublishResult<CompletableFuture<Done>>, NotUsed>
      publish;
  private final ClassicActorSystemProvider system;
  private BoundedSourceQueue<SqsMessage<CompletableFuture<Done>>> running;

  SendBuffer(
      String queue,
      int maxWaiting,
      Flow<SqsMessage<CompletableFuture<Done>>, SqsPublishResult<CompletableFuture<Done>>, NotUsed>
          publish,
      ClassicActorSystemProvider system) {
    this.queue = queue;
    this.maxWaiting = maxWaiting;
    this.publish = publish;
    this.system = system;
  }

  CompletionStage<Done> send(WireMessage message, boolean patient) {
    long bytes = MessageSize.of(message);
    if (bytes > MessageSize.MAX_BYTES) {
      return CompletableFuture.failedFuture(new MessageTooLargeException(bytes));
    }
    CompletableFuture<Done> sent = new CompletableFuture<>();
    QueueOfferResult offer = offer(new SqsMessage<>(message, sent, patient));
    if (offer.isEnqueued()) {
      return sent;
    }
    if (offer instanceof QueueOfferResult.Failure failure) {
      return CompletableFuture.failedFuture(failure.cause());
    }
    return CompletableFuture.failedFuture(
        new OverloadException(
            maxWaiting
                + " messages wait to be sent to "
                + queue
                + " already (argus.aws.max-waiting-sends)"));
  }

  private synchronized QueueOfferResult offer(SqsMessage<CompletableFuture<Done>> message) {
    if (running == null) {
      running =
          Source.<SqsMessage<CompletableFuture<Done>>>queue(maxWaiting)
              .via(publish)
              .to(Sink.foreach(SendBuffer::settle))
              .run(system);
    }
    return running.offer(message);
  }

  /** Lets what waits be sent, then stops the stream. */
  @Override
  public synchronized void close() {
    if (running != null) {
      running.complete();
      running = null;
    }
  }

  private static void settle(SqsPublishResult<CompletableFuture<Done>> result) {
    if (result instanceof SqsPublishResult.Failed<CompletableFuture<Done>> failed) {
      result.context().completeExceptionally(failed.cause());
    } else {
      result.context().complete(Done.getInstance());
    }
  }
}
