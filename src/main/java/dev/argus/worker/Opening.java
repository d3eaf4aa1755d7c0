package dev.argus.worker;

import dev.argus.config.WorkerSettings;
import dev.argus.ports.Acknowledgement;
import dev.argus.ports.CallRefusedException;
import dev.argus.ports.Completions;
import dev.argus.ports.Delivery;
import dev.argus.ports.ObjectStore.Bucket;
import dev.argus.ports.ObjectStore.StoredObject;
import dev.argus.protocol.ClassifyReply;
import dev.argus.protocol.ClassifyRequest;
import dev.argus.protocol.Codec;
import dev.argus.protocol.DeadLetterCodec;
import dev.argus.protocol.DeadLetterHistory;
import dev.argus.protocol.MalformedMessageException;
import dev.argus.protocol.NodeEvent;
import dev.argus.protocol.ObjectKeys;
import dev.argus.protocol.PhotoState;
import dev.argus.protocol.Problem;
import dev.argus.protocol.StageTimes;
import io.opentelemetry.api.trace.SpanKind;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The first step: from a delivery to a photo in hand, to an answer that lies there already, or to
 * the dead-letter queue.
 */
final class Opening {
  private static final Logger LOG = LoggerFactory.getLogger(Opening.class);

  private final Steps.Dependencies deps;
  private final Outages outages;
  private final Attempts attempts;
  private final Setbacks setbacks;
  private final int maxReceives;

  Opening(
      Steps.Dependencies dependencies,
      Outages outages,
      Attempts attempts,
      Setbacks setbacks,
      WorkerSettings settings) {
    this.deps = dependencies;
    this.outages = outages;
    this.attempts = attempts;
    this.setbacks = setbacks;
    this.maxReceives = settings.maxReceives();
  }

  CompletionStage<Work> open(Delivery delivery) {
    ClassifyRequest request;
    try {
      request = Codec.decodeRequest(delivery.message());
    } catch (MalformedMessageException e) {
      LOG.warn("message {} is dead-lettered: {}", delivery.messageId(), e.toString());
      deps.events().count(NodeEvent.MALFORMED);
      return giveUp(delivery, 0, e.getMessage());
    }
    if (delivery.receiveCount() == 1) {
      return fetch(delivery, request);
    }
    deps.events().count(NodeEvent.REDELIVERED);
    LOG.info("{} comes for the {}. time", request.id(), delivery.receiveCount());
    return setbacks.settle(
        delivery,
        outages
            .ride(Steps.S3, () -> deps.store().get(Bucket.OUTPUT, ObjectKeys.result(request.id())))
            .thenCompose(
                result ->
                    result
                        .flatMap(found -> answered(delivery, request, found))
                        .map(Opening::completed)
                        .orElseGet(
                            () ->
                                result.isPresent()
                                    ? afresh(delivery, request)
                                    : again(delivery, request))));
  }

  /**
   * A photo whose result another delivery of it has left is answered from that. Not if it was given
   * up: whoever works on it has been asked to try again, and makes the result anew.
   */
  Optional<Work> answered(Delivery delivery, ClassifyRequest request, StoredObject result) {
    return reply(request, result)
        .filter(reply -> PhotoState.of(reply) != PhotoState.DEAD_LETTERED)
        .map(reply -> duplicate(delivery, request, reply));
  }

  /**
   * What to do with a photo that was recognised and whose result is no answer: a late duplicate of
   * a photo that was given up, which no operator has sent again, is told what its client was told.
   * Empty if the result is to be overwritten.
   */
  CompletionStage<Optional<Work>> standing(
      Delivery delivery, ClassifyRequest request, StoredObject result) {
    return outages
        .ride(Steps.S3, () -> attempts.areUsedUp(request.id()))
        .thenApply(
            usedUp ->
                reply(request, result)
                    .filter(reply -> usedUp)
                    .map(reply -> duplicate(delivery, request, reply)));
  }

  private Work duplicate(Delivery delivery, ClassifyRequest request, ClassifyReply reply) {
    deps.events().count(NodeEvent.DUPLICATE);
    return new Work.ToReply(delivery, request, reply, StageTimes.none());
  }

  private static Optional<ClassifyReply> reply(ClassifyRequest request, StoredObject result) {
    try {
      return Optional.of(Codec.replyFromJson(result.bytes().utf8String()));
    } catch (MalformedMessageException e) {
      LOG.warn("the result of {} cannot be read and is made anew: {}", request.id(), e.toString());
      return Optional.empty();
    }
  }

  /**
   * A redelivered photo whose result is no answer. Its attempts tell whether an operator has sent
   * it again, which clears them, or this is but a late duplicate of what was given up.
   */
  private CompletionStage<Work> afresh(Delivery delivery, ClassifyRequest request) {
    return outages
        .ride(Steps.S3, () -> attempts.areUsedUp(request.id()))
        .thenCompose(usedUp -> usedUp ? giveUp(delivery, request) : again(delivery, request));
  }

  /**
   * A redelivered photo that is not answered: from the third receive on it is a suspect. Its
   * attempt begins with the photo in hand, so that no outage on the way there counts against it.
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
                        .ride(Steps.S3, () -> attempts.begin(request.id(), delivery))
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
    return giveUp(
        delivery,
        attempts.max(),
        "each time its node ended or failed before it had looked at the photo (at most "
            + maxReceives
            + " receives, argus.worker.max-receives)");
  }

  private CompletionStage<Work> giveUp(Delivery delivery, int attemptsAlone, String reason) {
    DeadLetterHistory history =
        new DeadLetterHistory(
            delivery.receiveCount(), attemptsAlone, delivery.sentAt(), deps.node(), reason);
    return setbacks.settle(
        delivery,
        outages
            .ride(
                "the dead-letter queue",
                () ->
                    deps.deadLetters()
                        .send(DeadLetterCodec.withHistory(delivery.message(), history)))
            .exceptionallyCompose(
                failure -> // one that has no room for its history goes without
                Completions.cause(failure) instanceof CallRefusedException
                        ? deps.deadLetters().send(delivery.message())
                        : CompletableFuture.failedFuture(failure))
            .thenApply(
                done -> {
                  deps.events().count(NodeEvent.DEAD_LETTERED);
                  return new Work.Done(Acknowledgement.delete(delivery));
                }));
  }

  private CompletionStage<Work> fetch(Delivery delivery, ClassifyRequest request) {
    if (request.photo() instanceof ClassifyRequest.Inline inline) {
      return completed(new Work.ToClassify(delivery, request, inline.bytes()));
    }
    String key = ((ClassifyRequest.ClaimCheck) request.photo()).key();
    return setbacks.settle(
        delivery,
        outages
            .ride(
                Steps.S3,
                () ->
                    deps.tracing()
                        .trace(
                            "get photo",
                            SpanKind.CLIENT,
                            request.traceparent(),
                            () -> deps.store().get(Bucket.INPUT, key)))
            .handle(
                (photo, failure) -> {
                  if (failure == null && photo.isPresent()) {
                    return new Work.ToClassify(delivery, request, photo.get().bytes());
                  }
                  if (failure == null) {
                    return Work.failed(
                        delivery,
                        request,
                        Problem.Kind.PHOTO_GONE.because(
                            "The photo was removed before it could be recognised."));
                  }
                  if (Completions.cause(failure) instanceof CallRefusedException refused) {
                    return Work.failed(
                        delivery, request, Problem.Kind.TOO_LARGE.because(refused.getMessage()));
                  }
                  throw new CompletionException(Completions.cause(failure));
                }));
  }

  private static <T> CompletionStage<T> completed(T value) {
    return CompletableFuture.completedFuture(value);
  }
}
