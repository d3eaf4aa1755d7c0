package dev.argus.worker;

import dev.argus.config.WorkerSettings;
import dev.argus.ports.Acknowledgement;
import dev.argus.ports.CallRefusedException;
import dev.argus.ports.Classifier;
import dev.argus.ports.Completions;
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
import dev.argus.protocol.NodeEvent;
import dev.argus.protocol.ObjectKeys;
import dev.argus.protocol.PhotoState;
import dev.argus.protocol.ResultFacts;
import dev.argus.protocol.StageTimes;
import dev.argus.protocol.WireMessage;
import dev.argus.tracing.Tracing;
import io.opentelemetry.api.trace.SpanKind;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.apache.pekko.Done;
import org.apache.pekko.util.ByteString;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * The steps of the worker stream. Each takes a photo one step further, passes on what is not its
 * concern, and never fails: what goes wrong becomes an acknowledgement.
 */
final class Steps {
  private static final Logger LOG = LoggerFactory.getLogger(Steps.class);
  static final String S3 = "S3";
  private static final String JSON = "application/json";

  /**
   * What the steps work with.
   *
   * @param node this node's instance id
   * @param onServed told the compute time of every photo
   * @param onBroken told, once, why this node cannot work any more
   * @param tracing makes the spans of photos
   */
  record Dependencies(
      String node,
      Classifier classifier,
      ObjectStore store,
      MessageQueues queues,
      MessageQueue deadLetters,
      Events events,
      Consumer<Duration> onServed,
      Consumer<String> onBroken,
      InstantSource clock,
      Tracing tracing) {}

  private final Dependencies deps;
  private final Outages outages;
  private final Fitness fitness;
  private final Attempts attempts;
  private final Setbacks setbacks;
  private final Opening opening;
  private final BooleanSupplier busy;
  private final TimeLimit limit;
  private final Duration recogniseLimit;

  /**
   * @param busy whether more photos are in hand, whose answers follow soon
   * @param backoff how long a photo stays away after its n-th receive failed
   */
  Steps(
      Dependencies dependencies,
      Outages outages,
      Fitness fitness,
      BooleanSupplier busy,
      IntFunction<Duration> backoff,
      TimeLimit limit,
      WorkerSettings settings) {
    this.deps = dependencies;
    this.outages = outages;
    this.fitness = fitness;
    this.busy = busy;
    this.attempts = new Attempts(dependencies.store(), settings);
    this.setbacks = new Setbacks(fitness, dependencies.events(), backoff);
    this.opening = new Opening(dependencies, outages, attempts, setbacks, settings);
    this.limit = limit;
    this.recogniseLimit = settings.recogniseLimit();
  }

  /** From a delivery to a photo in hand, or to an answer that lies there already. */
  CompletionStage<Work> open(Delivery delivery) {
    return opening.open(delivery);
  }

  /** The network looks at the photo; one that cannot be read is answered as failed. */
  CompletionStage<Work> classify(Work work) {
    if (!(work instanceof Work.ToClassify todo)) {
      return completed(work);
    }
    if (fitness.isBroken()) {
      return unseen(todo);
    }
    return setbacks.settle(
        todo.delivery(),
        bounded(() -> deps.classifier().classify(todo.photo()))
            .handle((seen, failure) -> failure == null ? seen(todo, seen) : failed(todo, failure))
            .thenCompose(next -> next));
  }

  private CompletionStage<Work> seen(Work.ToClassify todo, Classifier.Classification seen) {
    judged(todo);
    // One after the other on one thread, and the second ended just now.
    Instant now = deps.clock().instant();
    Optional<String> trace = todo.request().traceparent();
    deps.tracing().record("decode", trace, now.minus(seen.inference()), seen.decode());
    deps.tracing().record("inference", trace, now, seen.inference());
    return completed(recognised(todo, seen));
  }

  private CompletionStage<Work> failed(Work.ToClassify todo, Throwable failure) {
    Throwable cause = Completions.cause(failure);
    if (cause instanceof TimeoutException) {
      fitness.broken("a photo was not recognised within " + recogniseLimit);
      return CompletableFuture.failedFuture(cause); // time may be what the photo asked too much of
    }
    Failure what = Failure.of(cause);
    if (what instanceof Failure.Permanent permanent) {
      judged(todo);
      return completed(Work.failed(todo.delivery(), todo.request(), permanent.problem()));
    }
    if (what instanceof Failure.Fatal fatal) {
      fitness.broken(fatal.why());
      // Memory may be what the photo asked too much of; whatever else is fatal is not its fault.
      return cause instanceof VirtualMachineError
          ? CompletableFuture.failedFuture(cause)
          : unseen(todo);
    }
    return blame(todo, cause);
  }

  /** Is it the photo or the node? One that cannot recognise its own picture either is broken. */
  private CompletionStage<Work> blame(Work.ToClassify todo, Throwable cause) {
    return bounded(deps.classifier()::selfTest)
        .handle(
            (works, unfit) -> {
              if (unfit == null) {
                return CompletableFuture.<Work>failedFuture(cause);
              }
              fitness.broken(
                  "a photo could not be recognised because of %s, and a picture of its own neither because of %s"
                      .formatted(cause, Failure.describe(unfit)));
              return unseen(todo);
            })
        .thenCompose(next -> next);
  }

  /** Back to the queue from a node that cannot look at it: an attempt alone does not count. */
  private CompletionStage<Work> unseen(Work.ToClassify todo) {
    CompletionStage<Done> takenBack =
        attempts.isSuspect(todo.delivery())
            ? outages.ride(S3, () -> attempts.takeBack(todo.request().id()))
            : completed(Done.getInstance());
    return setbacks.settle(
        todo.delivery(), takenBack.thenApply(done -> setbacks.givenBack(todo.delivery())));
  }

  private <T> CompletionStage<T> bounded(Supplier<CompletionStage<T>> call) {
    try {
      return limit.bound(call.get(), recogniseLimit);
    } catch (RuntimeException | Error e) { // a library that does not link must not end the stream
      return CompletableFuture.failedFuture(e);
    }
  }

  /** The network, or the decoder before it, has an opinion: neither photo nor node did harm. */
  private void judged(Work.ToClassify todo) {
    if (attempts.isSuspect(todo.delivery())) {
      outages.ride(S3, () -> attempts.end(todo.request().id()));
    }
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
        new StoredObject(
            ByteString.fromString(Codec.toJson(todo.reply())), JSON, facts(todo).toMetadata());
    return setbacks.settle(
        todo.delivery(),
        deps.tracing()
            .trace(
                "put result",
                SpanKind.CLIENT,
                todo.request().traceparent(),
                () ->
                    outages.ride(
                        S3,
                        () -> deps.store().putIfAbsent(Bucket.OUTPUT, key(todo.request()), result)))
            .thenCompose(written -> written ? completed(served(todo)) : firstAnswer(todo, result)));
  }

  private ResultFacts facts(Work.ToStore todo) {
    return new ResultFacts(
        deps.clock().instant(), deps.node(), todo.delivery().receiveCount(), todo.times());
  }

  private Work served(Work.ToStore todo) {
    deps.events().count(NodeEvent.SERVED);
    return new Work.ToReply(todo.delivery(), todo.request(), todo.reply(), todo.times());
  }

  /**
   * A duplicate was answered meanwhile: what the client may have seen already stays the answer.
   * What is no answer is overwritten, and only ever with an answer: what cannot be read, or that
   * the photo was given up, if an operator has sent it again.
   */
  private CompletionStage<Work> firstAnswer(Work.ToStore todo, StoredObject result) {
    String key = key(todo.request());
    return outages
        .ride(S3, () -> deps.store().get(Bucket.OUTPUT, key))
        .thenCompose(
            found ->
                found
                    .flatMap(first -> opening.answered(todo.delivery(), todo.request(), first))
                    .map(Steps::completed)
                    .orElseGet(() -> unlessStanding(todo, found, result)));
  }

  private CompletionStage<Work> unlessStanding(
      Work.ToStore todo, Optional<StoredObject> found, StoredObject result) {
    CompletionStage<Optional<Work>> standing =
        found
            .map(first -> opening.standing(todo.delivery(), todo.request(), first))
            .orElseGet(() -> CompletableFuture.completedFuture(Optional.empty()));
    return standing.thenCompose(
        stays ->
            stays
                .map(Steps::completed)
                .orElseGet(
                    () ->
                        outages
                            .ride(
                                S3,
                                () -> deps.store().put(Bucket.OUTPUT, key(todo.request()), result))
                            .thenApply(done -> served(todo))));
  }

  /** The reply goes out before the request is deleted; a queue that is gone counts as replied. */
  CompletionStage<Work> reply(Work work) {
    if (!(work instanceof Work.ToReply todo)) {
      return completed(work);
    }
    String queue = todo.request().replyQueue();
    Optional<String> trace = todo.request().traceparent();
    WireMessage message =
        Codec.encode(new Answer(todo.reply(), deps.node(), todo.times())).withTrace(trace);
    return setbacks.settle(
        todo.delivery(),
        outages
            .ride(queue, () -> deps.queues().named(queue).send(message, busy.getAsBoolean()))
            .handle(
                (sent, failure) -> {
                  Throwable cause = failure == null ? null : Completions.cause(failure);
                  if (cause instanceof QueueMissingException
                      || cause instanceof CallRefusedException) {
                    deps.events().count(NodeEvent.NO_RETURN_QUEUE);
                    LOG.info("{} has no return address: {}", todo.request().id(), cause.toString());
                  } else if (cause != null) {
                    throw new CompletionException(cause);
                  }
                  Tracing.log(LOG, Level.INFO, trace).log(
                      "{} is done: {}, receive {}, queued {}, decoded in {}, recognised in {}"
                          + " ms",
                      todo.request().id(),
                      PhotoState.of(todo.reply()).inWords(),
                      todo.delivery().receiveCount(),
                      todo.times().queued().toMillis(),
                      todo.times().decode().toMillis(),
                      todo.times().inference().toMillis());
                  return new Work.Done(Acknowledgement.delete(todo.delivery()));
                }));
  }

  private static String key(ClassifyRequest request) {
    return ObjectKeys.result(request.id());
  }

  private static <T> CompletionStage<T> completed(T value) {
    return CompletableFuture.completedFuture(value);
  }
}
