package dev.argus.aws;

import dev.argus.aws.SqsPublishResult.Failed;
import dev.argus.aws.SqsPublishResult.Sent;
import dev.argus.ports.Completions;
import dev.argus.ports.QueueMissingException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.ClassicActorSystemProvider;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;
import software.amazon.awssdk.services.sqs.model.BatchResultErrorEntry;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchResponse;

/**
 * Sends one batch: what SQS failed to take is sent again with back-off, what it refuses fails.
 *
 * <p>A batch that is refused as a whole is sent message by message, so that a bad one fails alone.
 */
final class SqsSender {
  private static final int FORBIDDEN = 403;

  private final QueueUrl queue;
  private final RetryPolicy retry;
  private final SqsAsyncClient client;
  private final ClassicActorSystemProvider system;

  SqsSender(
      QueueUrl queue, RetryPolicy retry, SqsAsyncClient client, ClassicActorSystemProvider system) {
    this.queue = queue;
    this.retry = retry;
    this.client = client;
    this.system = system;
  }

  /** What one call settled, and what is left to be tried again, with the reason. */
  private record Outcome<C>(
      List<SqsPublishResult<C>> settled, List<SqsMessage<C>> again, Throwable reason) {}

  /** Sends up to 10 messages; the stage does not fail. */
  <C> CompletionStage<List<SqsPublishResult<C>>> send(List<SqsMessage<C>> batch) {
    long bytes = batch.stream().mapToLong(m -> MessageSize.of(m.message())).sum();
    if (bytes > MessageSize.MAX_BYTES) {
      // Batches are cut below the limit: this is one message.
      return CompletableFuture.completedFuture(failed(batch, new MessageTooLargeException(bytes)));
    }
    return send(batch, retry.begin(system));
  }

  private <C> CompletionStage<List<SqsPublishResult<C>>> send(
      List<SqsMessage<C>> batch, RetryPolicy.Attempts attempts) {
    return queue
        .with(
            url ->
                client.sendMessageBatch(request -> request.queueUrl(url).entries(entries(batch))))
        .handle(
            (response, failure) ->
                failure == null
                    ? CompletableFuture.completedFuture(outcome(batch, response))
                    : outcome(batch, Completions.cause(failure)))
        .thenCompose(outcome -> outcome)
        .thenCompose(outcome -> tryAgain(outcome, attempts));
  }

  private <C> CompletionStage<List<SqsPublishResult<C>>> tryAgain(
      Outcome<C> outcome, RetryPolicy.Attempts attempts) {
    if (outcome.again.isEmpty()) {
      return CompletableFuture.completedFuture(outcome.settled);
    }
    CompletionStage<List<SqsPublishResult<C>>> rest =
        attempts.next()
            ? attempts.later(() -> send(outcome.again, attempts))
            : CompletableFuture.completedFuture(failed(outcome.again, outcome.reason));
    return rest.thenApply(more -> concat(outcome.settled, more));
  }

  private <C> CompletionStage<Outcome<C>> outcome(List<SqsMessage<C>> batch, Throwable failure) {
    if (Failures.isTransient(failure)) {
      return CompletableFuture.completedFuture(new Outcome<>(List.of(), batch, failure));
    }
    if (batch.size() == 1 || isAboutTheQueue(failure)) {
      return CompletableFuture.completedFuture(
          new Outcome<>(failed(batch, explained(failure)), List.of(), failure));
    }
    CompletionStage<List<SqsPublishResult<C>>> all = CompletableFuture.completedFuture(List.of());
    for (SqsMessage<C> message : batch) {
      all = all.thenCombine(send(List.of(message)), SqsSender::concat);
    }
    return all.thenApply(results -> new Outcome<>(results, List.of(), failure));
  }

  private static boolean isAboutTheQueue(Throwable failure) {
    return failure instanceof QueueMissingException
        || failure instanceof SdkClientException
        || (failure instanceof AwsServiceException service && service.statusCode() == FORBIDDEN);
  }

  /** A queue that takes nothing from this sender is no outage: to its caller it says so. */
  private Throwable explained(Throwable failure) {
    return failure instanceof AwsServiceException service && Failures.isRefusal(service)
        ? new MessageRefusedException(queue.name(), Failures.code(service), service.getMessage())
        : failure;
  }

  private <C> Outcome<C> outcome(List<SqsMessage<C>> batch, SendMessageBatchResponse response) {
    List<SqsPublishResult<C>> settled = new ArrayList<>();
    List<SqsMessage<C>> again = new ArrayList<>();
    Throwable reason = null;
    response
        .successful()
        .forEach(
            entry ->
                settled.add(
                    new Sent<>(
                        entry.messageId(), batch.get(Integer.parseInt(entry.id())).context())));
    for (BatchResultErrorEntry entry : response.failed()) {
      SqsMessage<C> message = batch.get(Integer.parseInt(entry.id()));
      Throwable cause = new MessageRefusedException(queue.name(), entry.code(), entry.message());
      if (entry.senderFault()) {
        settled.add(new Failed<>(cause, message.context()));
      } else {
        again.add(message);
        reason = cause;
      }
    }
    return new Outcome<>(settled, again, reason);
  }

  private static <C> List<SendMessageBatchRequestEntry> entries(List<SqsMessage<C>> batch) {
    List<SendMessageBatchRequestEntry> entries = new ArrayList<>();
    for (SqsMessage<C> message : batch) {
      entries.add(
          SendMessageBatchRequestEntry.builder()
              .id(Integer.toString(entries.size()))
              .messageBody(message.message().body())
              .messageAttributes(SqsAttributes.toSqs(message.message().attributes()))
              .build());
    }
    return entries;
  }

  private static <C> List<SqsPublishResult<C>> failed(
      List<SqsMessage<C>> messages, Throwable cause) {
    return messages.stream()
        .<SqsPublishResult<C>>map(m -> new Failed<>(cause, m.context()))
        .toList();
  }

  private static <T> List<T> concat(List<T> first, List<T> second) {
    List<T> both = new ArrayList<>(first);
    both.addAll(second);
    return both;
  }
}
