package dev.argus.aws;

import dev.argus.ports.Acknowledgement;
import dev.argus.ports.Acknowledgement.ChangeVisibility;
import dev.argus.ports.Completions;
import dev.argus.ports.Delivery;
import dev.argus.ports.QueueMissingException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.apache.pekko.actor.ClassicActorSystemProvider;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;
import software.amazon.awssdk.services.sqs.model.BatchResultErrorEntry;
import software.amazon.awssdk.services.sqs.model.ChangeMessageVisibilityBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.ChangeMessageVisibilityBatchResponse;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchResponse;

/**
 * Acts on one batch of acknowledgements of one kind; its stages do not fail.
 *
 * <p>What SQS did not do is tried again with back-off, and given up with a line in the log: the
 * message comes again. A stale receipt is the ordinary end of a lease that ran out.
 */
final class SqsAcker {
  private static final Logger LOG = LoggerFactory.getLogger(SqsAcker.class);

  private static final Set<String> STALE =
      Set.of(
          "ReceiptHandleIsInvalid",
          "InvalidParameterValue",
          "MessageNotInflight",
          "AWS.SimpleQueueService.MessageNotInflight");

  private final QueueUrl queue;
  private final RetryPolicy retry;
  private final SqsAsyncClient client;
  private final ClassicActorSystemProvider system;

  SqsAcker(
      QueueUrl queue, RetryPolicy retry, SqsAsyncClient client, ClassicActorSystemProvider system) {
    this.queue = queue;
    this.retry = retry;
    this.client = client;
    this.system = system;
  }

  /** A batch call: the acknowledgements by entry id, to the entries that failed. */
  private interface Call {
    CompletionStage<List<BatchResultErrorEntry>> on(String url, Map<String, Acknowledgement> acks);
  }

  CompletionStage<List<Acknowledgement>> delete(List<Acknowledgement> acks) {
    return act(acks, this::deleteBatch);
  }

  CompletionStage<List<Acknowledgement>> changeVisibility(List<Acknowledgement> acks) {
    return act(acks, this::changeBatch);
  }

  /** Done with what came of each: the same, or that its receipt was stale. */
  private CompletionStage<List<Acknowledgement>> act(List<Acknowledgement> acks, Call call) {
    Set<String> stale = new HashSet<>(); // one call at a time adds to it
    return act(acks, call, retry.begin(system), stale)
        .thenApply(
            done ->
                acks.stream()
                    .map(
                        ack ->
                            stale.contains(ack.delivery().receipt())
                                ? new Acknowledgement.Stale(ack.delivery())
                                : ack)
                    .toList());
  }

  private CompletionStage<Done> act(
      Collection<Acknowledgement> acks,
      Call call,
      RetryPolicy.Attempts attempts,
      Set<String> stale) {
    // One entry a receipt: a batch has no order, and the last word on a message counts.
    Map<String, Acknowledgement> byReceipt = new LinkedHashMap<>();
    acks.forEach(ack -> byReceipt.put(ack.delivery().receipt(), ack));
    Map<String, Acknowledgement> entries = new LinkedHashMap<>();
    byReceipt.values().forEach(ack -> entries.put(Integer.toString(entries.size()), ack));
    return queue
        .with(url -> call.on(url, entries))
        .handle(
            (failed, failure) ->
                failure == null
                    ? left(entries, failed, stale)
                    : left(entries.values(), Completions.cause(failure)))
        .thenCompose(
            left -> {
              if (left.isEmpty()) {
                return CompletableFuture.completedFuture(Done.getInstance());
              }
              if (attempts.next()) {
                return attempts.later(() -> act(left, call, attempts, stale));
              }
              LOG.warn(
                  "gave up on {} acknowledgements of {}: their messages will come again",
                  left.size(),
                  queue.name());
              return CompletableFuture.completedFuture(Done.getInstance());
            });
  }

  private Collection<Acknowledgement> left(Collection<Acknowledgement> acks, Throwable failure) {
    if (Failures.isTransient(failure)) {
      LOG.info(
          "{} acknowledgements of {} failed: {}", acks.size(), queue.name(), failure.toString());
      return acks;
    }
    if (failure instanceof QueueMissingException) {
      LOG.debug("the queue {} is gone, and its messages with it", queue.name());
    } else {
      LOG.warn(
          "{} acknowledgements of {} were refused: {}",
          acks.size(),
          queue.name(),
          failure.toString());
    }
    return List.of();
  }

  private Collection<Acknowledgement> left(
      Map<String, Acknowledgement> entries, List<BatchResultErrorEntry> failed, Set<String> stale) {
    List<Acknowledgement> left = new ArrayList<>();
    for (BatchResultErrorEntry entry : failed) {
      Acknowledgement ack = entries.get(entry.id());
      if (STALE.contains(entry.code())) {
        stale.add(ack.delivery().receipt());
        LOG.debug("a stale receipt of message {}: {}", ack.delivery().messageId(), entry.message());
      } else if (entry.senderFault()) {
        LOG.warn(
            "{} refused an acknowledgement of message {}: {}: {}",
            queue.name(),
            ack.delivery().messageId(),
            entry.code(),
            entry.message());
      } else {
        left.add(ack);
      }
    }
    return left;
  }

  private CompletionStage<List<BatchResultErrorEntry>> deleteBatch(
      String url, Map<String, Acknowledgement> acks) {
    List<DeleteMessageBatchRequestEntry> entries = new ArrayList<>();
    acks.forEach(
        (id, ack) ->
            entries.add(
                DeleteMessageBatchRequestEntry.builder()
                    .id(id)
                    .receiptHandle(ack.delivery().receipt())
                    .build()));
    return client
        .deleteMessageBatch(request -> request.queueUrl(url).entries(entries))
        .thenApply(DeleteMessageBatchResponse::failed);
  }

  private CompletionStage<List<BatchResultErrorEntry>> changeBatch(
      String url, Map<String, Acknowledgement> acks) {
    List<ChangeMessageVisibilityBatchRequestEntry> entries = new ArrayList<>();
    acks.forEach(
        (id, ack) ->
            entries.add(changeEntry(id, ack.delivery(), ((ChangeVisibility) ack).timeout())));
    return client
        .changeMessageVisibilityBatch(request -> request.queueUrl(url).entries(entries))
        .thenApply(ChangeMessageVisibilityBatchResponse::failed);
  }

  private static ChangeMessageVisibilityBatchRequestEntry changeEntry(
      String id, Delivery delivery, Duration timeout) {
    // Whole seconds, rounded up: a lease that is a little too long costs nothing.
    long seconds = timeout.plusNanos(999_999_999).toSeconds();
    return ChangeMessageVisibilityBatchRequestEntry.builder()
        .id(id)
        .receiptHandle(delivery.receipt())
        .visibilityTimeout((int) Math.min(seconds, SqsSourceSettings.MAX_VISIBILITY.toSeconds()))
        .build();
  }
}
