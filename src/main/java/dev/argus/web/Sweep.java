package dev.argus.web;

import dev.argus.config.WebSettings;
import dev.argus.ports.MessageQueue;
import dev.argus.ports.ObjectStore;
import dev.argus.ports.ObjectStore.Bucket;
import dev.argus.protocol.ClassifyRequest;
import dev.argus.protocol.Codec;
import dev.argus.protocol.ObjectKeys;
import dev.argus.protocol.PhotoId;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;

/**
 * Sends photos again whose sender died between the acceptance record and the queue.
 *
 * <p>A photo that is accepted, not answered, and in no message is an orphan. That can only be told
 * while the queues of requests and of dead letters hold nothing at all, so the sweep looks only
 * then, and only at photos older than {@code sweep-grace}, whose own request actor has had its
 * chance. Both buckets list by time (ids are UUIDs of version 7), so a sweep reads each listing
 * once, side by side, from where the last one found everything answered.
 */
final class Sweep extends AbstractBehavior<Sweep.Command> {

  sealed interface Command {}

  enum Tick implements Command {
    INSTANCE
  }

  private record Counted(boolean empty) implements Command {}

  private record Swept(int sent, Instant upTo) implements Command {}

  private record Failed(Throwable cause) implements Command {}

  static Behavior<Command> create(
      ObjectStore store,
      MessageQueue requests,
      MessageQueue deadLetters,
      String replyQueue,
      WebSettings settings,
      WebMetrics metrics,
      InstantSource clock) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers ->
                    new Sweep(
                        context,
                        timers,
                        store,
                        requests,
                        deadLetters,
                        replyQueue,
                        settings,
                        metrics,
                        clock)));
  }

  private final TimerScheduler<Command> timers;
  private final ObjectStore store;
  private final MessageQueue requests;
  private final MessageQueue deadLetters;
  private final String replyQueue;
  private final WebSettings settings;
  private final WebMetrics metrics;
  private final InstantSource clock;
  private Instant from;

  private Sweep(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      ObjectStore store,
      MessageQueue requests,
      MessageQueue deadLetters,
      String replyQueue,
      WebSettings settings,
      WebMetrics metrics,
      InstantSource clock) {
    super(context);
    this.timers = timers;
    this.store = store;
    this.requests = requests;
    this.deadLetters = deadLetters;
    this.replyQueue = replyQueue;
    this.settings = settings;
    this.metrics = metrics;
    this.clock = clock;
    this.from = clock.instant().minus(settings.sweepWindow());
    timers.startSingleTimer(Tick.INSTANCE, settings.sweepInterval());
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessageEquals(Tick.INSTANCE, this::onTick)
        .onMessage(Counted.class, this::onCounted)
        .onMessage(Swept.class, this::onSwept)
        .onMessage(Failed.class, this::onFailed)
        .build();
  }

  private Behavior<Command> onTick() {
    getContext()
        .pipeToSelf(
            requests
                .counts()
                .thenCombine(
                    deadLetters.counts(), (waiting, dead) -> waiting.isEmpty() && dead.isEmpty()),
            (empty, failure) -> failure == null ? new Counted(empty) : new Failed(failure));
    return this;
  }

  private Behavior<Command> onCounted(Counted counted) {
    if (!counted.empty()) {
      return again();
    }
    Instant upTo = clock.instant().minus(settings.sweepGrace());
    getContext()
        .pipeToSelf(
            sweep(upTo),
            (sent, failure) -> failure == null ? new Swept(sent, upTo) : new Failed(failure));
    return this;
  }

  private Behavior<Command> onSwept(Swept swept) {
    if (swept.sent() == 0) {
      // Everything up to here is answered: never list it again. The grace once more, for clocks
      // that differ, and for puts that were slow.
      from = swept.upTo().minus(settings.sweepGrace());
    } else {
      getContext().getLog().info("sent {} photos again that no message held", swept.sent());
    }
    return again();
  }

  private Behavior<Command> onFailed(Failed failed) {
    getContext()
        .getLog()
        .warn(
            "the sweep failed, next in {}: {}",
            settings.sweepInterval(),
            failed.cause().toString());
    return again();
  }

  private Behavior<Command> again() {
    timers.startSingleTimer(Tick.INSTANCE, settings.sweepInterval());
    return this;
  }

  private CompletionStage<Integer> sweep(Instant upTo) {
    String floor = PhotoId.floor(from);
    Source<PhotoId, ?> accepted =
        store
            .keysAfter(Bucket.INPUT, floor)
            .map(PhotoId::parse)
            .filter(Optional::isPresent)
            .map(Optional::get)
            .takeWhile(id -> id.acceptedAt().isBefore(upTo));
    Source<PhotoId, ?> answered =
        store
            .keysAfter(Bucket.OUTPUT, floor)
            .map(ObjectKeys::idOfResult)
            .filter(Optional::isPresent)
            .map(Optional::get)
            .takeWhile(id -> id.acceptedAt().isBefore(upTo));
    return Orphans.of(accepted, answered)
        .mapAsync(1, this::sendAgain)
        .runWith(Sink.fold(0, (sum, one) -> sum + one), getContext().getSystem());
  }

  private CompletionStage<Integer> sendAgain(PhotoId id) {
    return store
        .head(Bucket.INPUT, ObjectKeys.photo(id))
        .thenCompose(
            found -> {
              if (found.isEmpty()) {
                return CompletableFuture.completedFuture(0);
              }
              metrics.swept();
              ClassifyRequest request =
                  new ClassifyRequest(
                      id,
                      InputObject.name(found.get().metadata()),
                      found.get().contentType(),
                      replyQueue,
                      clock.instant().plus(settings.deadline()),
                      Optional.empty(),
                      new ClassifyRequest.ClaimCheck(ObjectKeys.photo(id)));
              return requests.send(Codec.encode(request)).thenApply(done -> 1);
            });
  }
}
