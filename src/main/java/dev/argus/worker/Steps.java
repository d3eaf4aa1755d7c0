package dev.argus.worker;

import dev.argus.config.WorkerSettings;
import dev.argus.ports.Acknowledgement;
import dev.argus.ports.CallRefusedException;
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
import java.util.Optional;
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
            .ride(S3, () -> deps.store().get(Bucket.OUTPUT, key(request)))
            .thenCompose(
                result ->
                    result
                        .flatMap(found -> answered(delivery, request, found))
                        .map(Steps::completed)
                        .orElseGet(() -> again(delivery, request))));
  }

  /** A redelivered photo whose result exists is answered from it. */
  private static Optional<Work> answered(
      Delivery delivery, ClassifyRequest request, StoredObject result) {
    try {
      ClassifyReply reply = Codec.replyFromJson(result.bytes().utf8String());
      return Optional.of(new Work.ToReply(delivery, request, reply, StageTimes.none()));
    } catch (MalformedMessageException e) {
      LOG.warn("the result of {} cannot be read and is made anew: {}", request.id(), e.toString());
      return Optional.empty();
    }
  }

  /**
   * A redelivered photo without a result: from the third receive on it is a suspect. Its attempt
   * begins with the photo in hand, so that no outage on the way there counts against it.
   */
  private CompletionStage<Work> again(Delivery delivery, ClassifyRequest request) {
    if (!attempts.isSuspect(delivery)) {
      return fetch(delivery, request);
    }
    return fetch(delivery, request)
        .thenCompose(
            work ->
                work instanceof Work.ToClassify
                    ? outages
                        .ride(S3, () -> attempts.begin(request.id()))
                        .thenCompose(
                            another -> another ? completed(work) : giveUp(delivery, request))
                    : completed(work));
  }

  private CompletionStage<Work> giveUp(Delivery delivery, ClassifyRequest request) {
    LOG.warn(
        "{} ({}) is dead-lettered after {} receives",
        request.id(),
        request.name(),
        delivery.receiveCount());
    return giveUp(delivery);
  }

  private CompletionStage<Work> fetch(Delivery delivery, ClassifyRequest request) {
    if (request.photo() instanceof ClassifyRequest.Inline inline) {
      return completed(new Work.ToClassify(delivery, request, inline.bytes()));
    }
    String key = ((ClassifyRequest.ClaimCheck) request.photo()).key();
    return settle(
        delivery,
        outages
            .ride(S3, () -> deps.store().get(Bucket.INPUT, key))
            .handle(
                (photo, failure) -> {
                  if (failure == null && photo.isPresent()) {
                    return new Work.ToClassify(delivery, request, photo.get().bytes());
                  }
                  if (failure == null) {
                    return failed(
                        delivery,
                        request,
                        Problem.Kind.PHOTO_GONE.because(
                            "The photo was removed before it could be recognised."));
                  }
                  if (unwrap(failure) instanceof CallRefusedException refused) {
                    return failed(
                        delivery, request, Problem.Kind.TOO_LARGE.because(refused.getMessage()));
                  }
                  throw new CompletionException(unwrap(failure));
                }));
  }

  private CompletionStage<Work> giveUp(Delivery delivery) {
    return settle(
        delivery,
        outages
            .ride("the dead-letter queue", () -> deps.deadLetters().send(delivery.message()))
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
                  Throwable cause = failure == null ? null : unwrap(failure);
                  if (cause != null && !(cause instanceof PhotoException)) {
                    throw new CompletionException(cause);
                  }
                  if (attempts.isSuspect(todo.delivery())) {
                    outages.ride(S3, () -> attempts.end(todo.request().id())); // it killed nobody
                  }
                  return cause == null
                      ? recognised(todo, seen)
                      : failed(todo.delivery(), todo.request(), ((PhotoException) cause).problem());
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
            .ride(S3, () -> deps.store().putIfAbsent(Bucket.OUTPUT, key(todo.request()), result))
            .thenCompose(
                written -> written ? completed(toReply(todo)) : firstAnswer(todo, result)));
  }

  private static Work toReply(Work.ToStore todo) {
    return new Work.ToReply(todo.delivery(), todo.request(), todo.reply(), todo.times());
  }

  /** A duplicate was answered meanwhile: what the client may have seen already stays the answer. */
  private CompletionStage<Work> firstAnswer(Work.ToStore todo, StoredObject result) {
    String key = key(todo.request());
    return outages
        .ride(S3, () -> deps.store().get(Bucket.OUTPUT, key))
        .thenCompose(
            found ->
                found
                    .flatMap(first -> answered(todo.delivery(), todo.request(), first))
                    .map(Steps::completed)
                    .orElseGet(
                        () ->
                            outages
                                .ride(S3, () -> deps.store().put(Bucket.OUTPUT, key, result))
                                .thenApply(done -> toReply(todo))));
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
            .ride(queue, () -> deps.queues().named(queue).send(Codec.encode(answer)))
            .handle(
                (sent, failure) -> {
                  Throwable cause = failure == null ? null : unwrap(failure);
                  if (cause instanceof QueueMissingException
                      || cause instanceof CallRefusedException) {
                    LOG.info("{} has no return address: {}", todo.request().id(), cause.toString());
                  } else if (cause != null) {
                    throw new CompletionException(cause);
                  }
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
