package dev.argus.web;

import dev.argus.config.SweepSettings;
import dev.argus.ports.Acknowledgement;
import dev.argus.ports.CallRefusedException;
import dev.argus.ports.Completions;
import dev.argus.ports.Delivery;
import dev.argus.ports.MessageQueue;
import dev.argus.ports.MessageQueues;
import dev.argus.ports.ObjectStore;
import dev.argus.ports.ObjectStore.Bucket;
import dev.argus.ports.ObjectStore.StoredObject;
import dev.argus.ports.QueueMissingException;
import dev.argus.ports.ReceiveGate;
import dev.argus.protocol.Answer;
import dev.argus.protocol.ClassifyReply;
import dev.argus.protocol.ClassifyRequest;
import dev.argus.protocol.Codec;
import dev.argus.protocol.DeadLetter;
import dev.argus.protocol.DeadLetterCodec;
import dev.argus.protocol.DeadLetterHistory;
import dev.argus.protocol.MalformedMessageException;
import dev.argus.protocol.ObjectKeys;
import dev.argus.protocol.PhotoId;
import dev.argus.protocol.PhotoState;
import dev.argus.protocol.Problem;
import dev.argus.protocol.ResultFacts;
import dev.argus.protocol.StageTimes;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.stream.KillSwitches;
import org.apache.pekko.stream.SharedKillSwitch;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.util.ByteString;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers what was given up: every photo on the dead-letter queue gets a failed result, and its
 * client is told.
 *
 * <p>Keep the request under {@code dead/<id>} for the operator, write the result, reply, and only
 * then delete: whatever breaks in between, the message comes again. The queue's count is read once
 * an interval and the queue itself only when it holds something: an idle web node does not pay for
 * polling an empty one. Only one web node of a cluster does this, the one that leads.
 *
 * <p>A result that is there already stays, whatever it says. The count of the photo's attempts
 * stays too, until an operator sends it again: another message of the photo, come late, finds them
 * used up and ends here as well.
 */
final class DeadLetters {
  private static final Logger LOG = LoggerFactory.getLogger(DeadLetters.class);
  private static final String NODE = "dead-letters"; // where an app node's answer has its id
  private static final int BATCH_SIZE = 10; // the most that SQS hands out at once
  private static final int MAX_BATCH = 1000;
  private static final int PARALLELISM = 4;
  private static final Duration TIMEOUT = Duration.ofMinutes(1);

  /** Time to look, and the end of a look: of one that found nothing, and of any other. */
  enum Tick {
    LOOK,
    NOTHING,
    DONE
  }

  private final ActorSystem<?> system;
  private final MessageQueue deadLetters;
  private final MessageQueues queues;
  private final ObjectStore store;
  private final WebMetrics metrics;
  private final InstantSource clock;
  private final SharedKillSwitch end = KillSwitches.shared("dead-letters");

  DeadLetters(
      ActorSystem<?> system,
      MessageQueue deadLetters,
      MessageQueues queues,
      ObjectStore store,
      WebMetrics metrics,
      InstantSource clock) {
    this.system = system;
    this.deadLetters = deadLetters;
    this.queues = queues;
    this.store = store;
    this.metrics = metrics;
    this.clock = clock;
  }

  /**
   * An actor that drains the queue and counts what is kept, and again an interval after it has.
   *
   * @param isIdle whether there is neither a photo nor an app node, so that nothing is given up:
   *     then it looks every {@code sweep.idle-interval} only
   */
  static Behavior<Tick> create(
      DeadLetters drain, SweepSettings settings, BooleanSupplier isIdle, InstantSource clock) {
    Rest rest = new Rest(settings.idleInterval(), isIdle, clock);
    return Behaviors.withTimers(
        timers -> {
          timers.startSingleTimer(Tick.LOOK, settings.interval());
          return Behaviors.receive(
              (context, tick) -> {
                if (tick == Tick.LOOK && !rest.isOn()) {
                  rest.looks();
                  context.pipeToSelf(
                      drain
                          .drain()
                          .thenCompose(
                              answered ->
                                  drain
                                      .count(settings.maxDeadLettersCounted())
                                      .thenApply(counted -> answered)),
                      (answered, failure) -> done(answered, failure));
                } else {
                  if (tick == Tick.NOTHING) {
                    rest.found(false);
                  }
                  timers.startSingleTimer(Tick.LOOK, settings.interval());
                }
                return Behaviors.same();
              },
              (context, signal) -> {
                if (signal == PostStop.instance()) {
                  drain.end.shutdown();
                }
                return Behaviors.same();
              });
        });
  }

  private static Tick done(Integer answered, Throwable failure) {
    if (failure != null) {
      LOG.warn("the dead letters wait: {}", failure.toString());
    }
    return failure == null && answered == 0 ? Tick.NOTHING : Tick.DONE;
  }

  /** Counts the dead letters that are kept, up to {@code max}, for the metric. */
  CompletionStage<Done> count(int max) {
    return DeadLetterAdmin.ids(store, "")
        .take(max)
        .runWith(Sink.fold(0, (sum, one) -> sum + 1), system)
        .thenApply(
            count -> {
              metrics.deadLettersKept(count);
              return Done.getInstance();
            });
  }

  /** Answers what the queue shows now; completes with how many. */
  CompletionStage<Integer> drain() {
    return deadLetters
        .counts()
        .thenCompose(
            counts ->
                counts.visible() == 0
                    ? CompletableFuture.completedFuture(0)
                    : answer(Math.min(counts.visible(), MAX_BATCH)));
  }

  private CompletionStage<Integer> answer(int count) {
    return deadLetters
        .deliveries(ReceiveGate.open(BATCH_SIZE))
        .via(end.flow())
        .take(count)
        .takeWithin(TIMEOUT) // someone else may have taken some
        .mapAsyncUnordered(PARALLELISM, this::answer)
        .via(deadLetters.acknowledgements())
        .runWith(Sink.fold(0, (sum, one) -> sum + 1), system);
  }

  private CompletionStage<Acknowledgement> answer(Delivery delivery) {
    DeadLetter letter = read(delivery);
    CompletionStage<Done> answered =
        letter instanceof DeadLetter.GivenUp photo
            ? keep(photo).thenCompose(kept -> answer(photo))
            : keep(letter);
    return answered
        .thenApply(done -> Acknowledgement.delete(delivery))
        .exceptionally(
            failure -> {
              // It comes again when its lease runs out; the others must not wait for it.
              LOG.warn("the dead letter {} waits: {}", letter.id(), failure.toString());
              return Acknowledgement.ignore(delivery);
            });
  }

  private DeadLetter read(Delivery delivery) {
    DeadLetterHistory history =
        DeadLetterCodec.historyOf(delivery.message())
            .orElseGet(
                () ->
                    new DeadLetterHistory(
                        Math.max(0, delivery.receiveCount() - 1), // this one is ours
                        0,
                        delivery.sentAt(),
                        "",
                        "the queue gave it up by itself"));
    try {
      ClassifyRequest request = Codec.decodeRequest(delivery.message());
      LOG.warn("{} is dead-lettered: {}, {}", request.id(), history.inWords(), history.reason());
      return new DeadLetter.GivenUp(
          request.id(),
          request.name(),
          request.contentType(),
          request.replyQueue(),
          request.photo() instanceof ClassifyRequest.Inline,
          clock.instant(),
          history);
    } catch (MalformedMessageException e) {
      LOG.warn("message {} cannot be read and is kept: {}", delivery.messageId(), e.toString());
      return new DeadLetter.Unreadable(
          delivery.messageId(),
          delivery.message().body(),
          delivery.message().attributes(),
          e.getMessage(),
          clock.instant(),
          history);
    }
  }

  private CompletionStage<Done> keep(DeadLetter letter) {
    return store.put(
        Bucket.STATE,
        ObjectKeys.deadLetter(letter.id()),
        new StoredObject(
            ByteString.fromString(DeadLetterCodec.toJson(letter).toString()),
            "application/json",
            Map.of()));
  }

  private CompletionStage<Done> answer(DeadLetter.GivenUp photo) {
    ClassifyReply gaveUp =
        new ClassifyReply.Failed(
            photo.photo(),
            photo.name(),
            Problem.Kind.DEAD_LETTERED.because(
                photo.history().inWords() + ". The photo is kept for the operator."));
    ResultFacts facts =
        new ResultFacts(clock.instant(), NODE, photo.history().receives(), StageTimes.none());
    return storeUnlessAnswered(photo.photo(), gaveUp, facts)
        .thenCompose(
            reply ->
                PhotoState.of(reply) == PhotoState.DEAD_LETTERED
                    ? reply(photo, reply)
                    : forget(photo).thenCompose(done -> reply(photo, reply)));
  }

  private CompletionStage<Done> forget(DeadLetter answered) {
    return store.delete(Bucket.STATE, ObjectKeys.deadLetter(answered.id()));
  }

  /** A duplicate of the request may have been answered: then that is the answer. */
  private CompletionStage<ClassifyReply> storeUnlessAnswered(
      PhotoId id, ClassifyReply gaveUp, ResultFacts facts) {
    String key = ObjectKeys.result(id);
    StoredObject result =
        new StoredObject(
            ByteString.fromString(Codec.toJson(gaveUp)), "application/json", facts.toMetadata());
    return store
        .putIfAbsent(Bucket.OUTPUT, key, result)
        .thenCompose(
            written -> {
              if (written) {
                metrics.deadLettered();
                return CompletableFuture.completedFuture(gaveUp);
              }
              return store.get(Bucket.OUTPUT, key).thenApply(found -> read(found, gaveUp));
            });
  }

  private static ClassifyReply read(Optional<StoredObject> found, ClassifyReply otherwise) {
    try {
      return found.isPresent() ? Codec.replyFromJson(found.get().bytes().utf8String()) : otherwise;
    } catch (MalformedMessageException e) {
      return otherwise;
    }
  }

  private CompletionStage<Done> reply(DeadLetter.GivenUp photo, ClassifyReply reply) {
    return queues
        .named(photo.replyQueue())
        .send(Codec.encode(new Answer(reply, NODE, StageTimes.none())))
        .exceptionally(
            failure -> {
              Throwable cause = Completions.cause(failure);
              if (cause instanceof QueueMissingException || cause instanceof CallRefusedException) {
                return Done.getInstance(); // its web node is gone; the result in S3 is the answer
              }
              throw new CompletionException(cause);
            });
  }
}
