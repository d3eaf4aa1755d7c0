package dev.argus.worker;

import dev.argus.config.WorkerSettings;
import dev.argus.ports.Acknowledgement;
import dev.argus.ports.Classifier;
import dev.argus.ports.Delivery;
import dev.argus.ports.MessageQueue;
import dev.argus.ports.MessageQueues;
import dev.argus.ports.ObjectStore;
import dev.argus.ports.ObjectStore.Bucket;
import dev.argus.ports.ObjectStore.StoredObject;
import dev.argus.ports.QueueMissingException;
import dev.argus.protocol.Answer;
import dev.argus.protocol.ClassifyReply;
import dev.argus.protocol.ClassifyRequest;
import dev.argus.protocol.Codec;
import dev.argus.protocol.MalformedMessageException;
import dev.argus.protocol.ObjectKeys;
import dev.argus.protocol.PhotoException;
import dev.argus.protocol.Problem;
import dev.argus.protocol.StageTimes;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import org.apache.pekko.util.ByteString;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The steps of the worker stream. Each takes a photo one step further, passes on what is not its
 * concern, and never fails: what goes wrong becomes an acknowledgement.
 */
final class Steps {
  private static final Logger LOG = LoggerFactory.getLogger(Steps.class);
  private static final String S3 = "S3";
  private static final String JSON = "application/json";

  /**
   * What the steps work with.
   *
   * @param node this node's instance id
   * @param onServed told the compute time of every photo
   */
  record Dependencies(
      String node,
      Classifier classifier,
      ObjectStore store,
      MessageQueues queues,
      MessageQueue deadLetters,
      Consumer<Duration> onServed,
      InstantSource clock) {}

  private final Dependencies deps;
  private final Outages outages;
  private final Attempts attempts;
  private final IntFunction<Duration> backoff;
  private final WorkerSettings settings;

  /**
   * @param backoff how long a photo stays away after its n-th receive failed
   */
  Steps(
      Dependencies dependencies,
      Outages outages,
      IntFunction<Duration> backoff,
      WorkerSettings settings) {
    this.deps = dependencies;
    this.outages = outages;
    this.settings = settings;
    this.attempts = new Attempts(dependencies.store(), settings);
    this.backoff = backoff;
  }

  /** From a delivery to a photo in hand, or to an answer that lies there already. */
  CompletionStage<Work> open(Delivery delivery) {
    ClassifyRequest request;
    try {
      request = Codec.decodeRequest(delivery.message());
    } catch (MalformedMessageException e) {
      LOG.warn("message {} is dead-lettered: {}", delivery.messageId(), e.toString());
      return giveUp(delivery);
    }
    if (delivery.receiveCount() == 1) {
      return fetch(delivery, request);
    }
    return settle(
        delivery,
        outages
            .ride(S3, never -> false, () -> deps.store().get(Bucket.OUTPUT, key(request)))
            .thenCompose(
                result ->
                    result.isPresent()
                        ? completed(answered(delivery, request, result.get()))
                        : again(delivery, request)));
  }

  /** A redelivered photo whose result exists is answered from it. */
  private static Work answered(Delivery delivery, ClassifyRequest request, StoredObject result) {
    try {
      ClassifyReply reply = Codec.replyFromJson(result.bytes().utf8String());
      return new Work.ToReply(delivery, request, reply, StageTimes.none());
    } catch (MalformedMessageException e) {
      throw new CompletionException(e);
    }
  }

  /** A redelivered photo without a result: the third receive makes it a suspect. */
  private CompletionStage<Work> again(Delivery delivery, ClassifyRequest request) {
    if (delivery.receiveCount() < settings.aloneFromReceive()) {
      return fetch(delivery, request);
    }
    return outages
        .ride(S3, never -> false, () -> attempts.begin(request.id()))
        .thenCompose(
            another -> {
              if (another) {
                return fetch(delivery, request);
              }
              LOG.warn(
                  "{} ({}) is dead-lettered after {} receives",
                  request.id(),
                  request.name(),
                  delivery.receiveCount());
              return giveUp(delivery);
            });
  }

  private CompletionStage<Work> fetch(Delivery delivery, ClassifyRequest request) {
    if (request.photo() instanceof ClassifyRequest.Inline inline) {
      return completed(new Work.ToClassify(delivery, request, inline.bytes()));
    }
    String key = ((ClassifyRequest.ClaimCheck) request.photo()).key();
    return settle(
        delivery,
        outages
            .ride(S3, never -> false, () -> deps.store().get(Bucket.INPUT, key))
            .thenApply(
                photo ->
                    photo
                        .<Work>map(p -> new Work.ToClassify(delivery, request, p.bytes()))
                        .orElseGet(
                            () ->
                                failed(
                                    delivery,
                                    request,
                                    Problem.Kind.PHOTO_GONE.because(
                                        "The photo was removed before it could be recognised.")))));
  }

  private CompletionStage<Work> giveUp(Delivery delivery) {
    return settle(
        delivery,
        outages
            .ride(
                "the dead-letter queue",
                QueueMissingException.class::isInstance,
                () -> deps.deadLetters().send(delivery.message()))
            .thenApply(done -> new Work.Done(Acknowledgement.delete(delivery))));
  }

  /** The network looks at the photo; one that cannot be read is answered as failed. */
  CompletionStage<Work> classify(Work work) {
    if (!(work instanceof Work.ToClassify todo)) {
      return completed(work);
    }
    return settle(
        todo.delivery(),
        deps.classifier()
            .classify(todo.photo())
            .handle(
                (seen, failure) -> {
                  if (failure == null) {
                    return recognised(todo, seen);
                  }
                  Throwable cause =
                      failure instanceof CompletionException e ? e.getCause() : failure;
                  if (cause instanceof PhotoException bad) {
                    return failed(todo.delivery(), todo.request(), bad.problem());
                  }
                  throw new CompletionException(cause);
                }));
  }

  private Work recognised(Work.ToClassify todo, Classifier.Classification seen) {
    Duration service = seen.decode().plus(seen.inference());
    deps.onServed().accept(service);
    ClassifyRequest request = todo.request();
    return new Work.ToStore(
        todo.delivery(),
        request,
        new ClassifyReply.Recognised(
            request.id(), request.name(), seen.predictions(), deps.classifier().model()),
        new StageTimes(queued(todo.delivery()), seen.decode(), seen.inference(), service));
  }

  private Work failed(Delivery delivery, ClassifyRequest request, Problem problem) {
    return new Work.ToStore(
        delivery,
        request,
        new ClassifyReply.Failed(request.id(), request.name(), problem),
        StageTimes.none());
  }

  private Duration queued(Delivery delivery) {
    Duration sinceSent = Duration.between(delivery.sentAt(), deps.clock().instant());
    return sinceSent.isNegative() ? Duration.ZERO : sinceSent; // two machines, two clocks
  }

  /** The result goes to S3 before anyone hears of it. */
  CompletionStage<Work> store(Work work) {
    if (!(work instanceof Work.ToStore todo)) {
      return completed(work);
    }
    StoredObject result =
        new StoredObject(ByteString.fromString(Codec.toJson(todo.reply())), JSON, Map.of());
    return settle(
        todo.delivery(),
        outages
            .ride(
                S3,
                never -> false,
                () -> deps.store().put(Bucket.OUTPUT, key(todo.request()), result))
            .thenApply(
                done ->
                    new Work.ToReply(todo.delivery(), todo.request(), todo.reply(), todo.times())));
  }

  /** The reply goes out before the request is deleted; a queue that is gone counts as replied. */
  CompletionStage<Work> reply(Work work) {
    if (!(work instanceof Work.ToReply todo)) {
      return completed(work);
    }
    String queue = todo.request().replyQueue();
    Answer answer = new Answer(todo.reply(), deps.node(), todo.times());
    return settle(
        todo.delivery(),
        outages
            .ride(
                queue,
                QueueMissingException.class::isInstance,
                () -> deps.queues().named(queue).send(Codec.encode(answer)))
            .handle(
                (sent, failure) -> {
                  if (failure != null && !(unwrap(failure) instanceof QueueMissingException)) {
                    throw new CompletionException(unwrap(failure));
                  }
                  if (failure != null) {
                    LOG.info("{} has no return address any more: {}", todo.request().id(), queue);
                  }
                  attempts.end(todo.request().id(), todo.delivery().receiveCount());
                  return new Work.Done(Acknowledgement.delete(todo.delivery()));
                }));
  }

  /** What fails for a reason of its own goes back to the queue, and comes again a little later. */
  private CompletionStage<Work> settle(Delivery delivery, CompletionStage<? extends Work> step) {
    return step.handle(
        (work, failure) -> {
          if (failure == null) {
            return work;
          }
          Duration delay = backoff.apply(delivery.receiveCount());
          LOG.error(
              "message {} (receive {}) goes back to the queue for {}",
              delivery.messageId(),
              delivery.receiveCount(),
              delay,
              unwrap(failure));
          return new Work.Done(Acknowledgement.extend(delivery, delay));
        });
  }

  private static Throwable unwrap(Throwable failure) {
    return failure instanceof CompletionException e && e.getCause() != null
        ? e.getCause()
        : failure;
  }

  private static String key(ClassifyRequest request) {
    return ObjectKeys.result(request.id());
  }

  private static <T> CompletionStage<T> completed(T value) {
    return CompletableFuture.completedFuture(value);
  }
}
