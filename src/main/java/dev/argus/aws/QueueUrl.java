package dev.argus.aws;

import dev.argus.ports.Completions;
import dev.argus.ports.QueueMissingException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;
import software.amazon.awssdk.services.sqs.model.GetQueueUrlResponse;
import software.amazon.awssdk.services.sqs.model.QueueDoesNotExistException;

/**
 * The URL of a queue, looked up when it is first needed and again after the queue went missing.
 *
 * <p>The URL only identifies the queue: calls go to the client's endpoint, whatever host is in it.
 * That matters with an embedded SQS that was started again on another port. Safe for use by many
 * threads.
 */
final class QueueUrl {
  private final String name;
  private final SqsAsyncClient client;
  private final AtomicReference<CompletableFuture<String>> found = new AtomicReference<>();

  QueueUrl(String name, SqsAsyncClient client) {
    this.name = name;
    this.client = client;
  }

  String name() {
    return name;
  }

  /** Makes a call with the URL; fails with {@link QueueMissingException} if there is no queue. */
  <T> CompletionStage<T> with(Function<String, CompletionStage<T>> call) {
    return url().thenCompose(call).exceptionallyCompose(this::explained);
  }

  private CompletionStage<String> url() {
    CompletableFuture<String> known = found.get();
    if (known != null) {
      return known;
    }
    CompletableFuture<String> lookup = new CompletableFuture<>();
    if (!found.compareAndSet(null, lookup)) {
      return url();
    }
    client
        .getQueueUrl(request -> request.queueName(name))
        .thenApply(GetQueueUrlResponse::queueUrl)
        .whenComplete(
            (url, failure) -> {
              if (failure != null) {
                // Forgotten before anybody learns of it: whoever tries again looks again.
                found.compareAndSet(lookup, null);
                lookup.completeExceptionally(Completions.cause(failure));
              } else {
                lookup.complete(url);
              }
            });
    return lookup;
  }

  private <T> CompletionStage<T> explained(Throwable failure) {
    Throwable cause = Completions.cause(failure);
    if (cause instanceof QueueDoesNotExistException) {
      found.set(null);
      cause = new QueueMissingException(name, cause);
    }
    return CompletableFuture.failedFuture(cause);
  }
}
