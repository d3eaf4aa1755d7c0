package dev.argus.web;

import dev.argus.config.ArgusSettings;
import dev.argus.config.Backoff;
import dev.argus.ports.MessageQueue;
import dev.argus.ports.ObjectStore;
import dev.argus.protocol.ClassifyReply;
import dev.argus.protocol.PhotoId;
import dev.argus.protocol.ResponseMessage;
import dev.argus.tracing.Tracing;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.stream.UniqueKillSwitch;
import org.apache.pekko.util.ByteString;

/**
 * A photo's path through the web tier without HTTP: {@link RequestManager} and its request actors,
 * {@link ReplyStream} and {@link ReplyRouter}, and the {@link Ledger} of what is owed.
 *
 * <p>{@link Wiring} puts HTTP before it; the simulator sends photos in by {@link #submit}.
 */
public final class PhotoPath {
  /**
   * What it needs from outside.
   *
   * @param responses this web node's own response queue
   * @param responseQueue its name: the return address of every request
   * @param onAccepted told at once of every accepted photo
   * @param onResponse told of every answer and node report
   * @param onReceiveFailed told whenever the response queue could not be received from
   * @param tracing makes the spans of photos
   * @param random from 0 to 1, called by many threads; spreads retries
   */
  public record Dependencies(
      MessageQueue requests,
      MessageQueue responses,
      String responseQueue,
      ObjectStore store,
      Runnable onAccepted,
      Consumer<ResponseMessage> onResponse,
      Consumer<Throwable> onReceiveFailed,
      DoubleSupplier random,
      InstantSource clock,
      Tracing tracing) {}

  private final ActorSystem<?> system;
  private final ArgusSettings settings;
  private final Admission admission;
  private final Dependencies deps;
  private final WebMetrics metrics;
  private final Ledger ledger;
  private final ResultLookup lookup;
  private final Set<PhotoId> unpublished = ConcurrentHashMap.newKeySet(); // <= web.max-in-flight
  private final ActorRef<ReplyRouter.Command> router;
  private final ActorRef<RequestManager.Command> requests;

  /** Starts its actors; replies come when {@link #runReplies} is called. */
  PhotoPath(
      ActorSystem<?> system,
      ArgusSettings settings,
      Admission admission,
      Dependencies dependencies,
      WebMetrics metrics) {
    this.system = system;
    this.settings = settings;
    this.admission = admission;
    this.deps = dependencies;
    this.metrics = metrics;
    this.ledger = new Ledger(settings.ledger(), deps.clock());
    this.lookup = new ResultLookup(deps.store(), settings.retention().results());
    this.router = system.systemActorOf(ReplyRouter.create(), "reply-router", Props.empty());
    this.requests = system.systemActorOf(requestManager(), "requests", Props.empty());
  }

  /**
   * Starts it, replies included; it runs as long as the actor system does.
   *
   * @param admission counts the photos that wait, and bounds them
   */
  public static PhotoPath start(
      ActorSystem<?> system,
      ArgusSettings settings,
      Admission admission,
      Dependencies dependencies,
      MeterRegistry meters) {
    PhotoPath path =
        new PhotoPath(
            system,
            settings,
            admission,
            dependencies,
            new WebMetrics(meters, dependencies.clock()));
    path.runReplies();
    return path;
  }

  /**
   * Takes in one photo and waits for its answer.
   *
   * @param id stamped with the present time, and no other photo's
   * @param name sanitised, and not empty
   * @param contentType of the bytes, which are not looked at
   * @param onAnswer told once, on the caller's or an actor's thread, unless the actor system ends
   *     before: the answer, or nothing if there was no room for the photo, it could not be stored,
   *     or the deadline came first
   */
  public void submit(
      PhotoId id,
      String name,
      String contentType,
      ByteString bytes,
      Duration deadline,
      Consumer<Optional<ClassifyReply>> onAnswer) {
    if (!(admission.tryAdmit(bytes.size()) instanceof Admission.Permit permit)) {
      onAnswer.accept(Optional.empty());
      return;
    }
    permit.arrived(bytes.size());
    requests.tell(
        new RequestManager.Submit(
            new Upload(
                id,
                name,
                permit,
                Optional.empty(),
                deadline,
                Optional.empty(),
                new CompletableFuture<>(),
                outcome -> onAnswer.accept(reply(outcome))),
            Photo.of(name, contentType, bytes)));
  }

  private static Optional<ClassifyReply> reply(Outcome outcome) {
    return outcome instanceof Outcome.Answered answered
        ? Optional.of(answered.reply())
        : Optional.empty();
  }

  /** Stores photos, sends them, and waits. */
  private Behavior<RequestManager.Command> requestManager() {
    Backoff backoff = new Backoff(settings.aws().minBackoff(), settings.aws().maxBackoff());
    return RequestManager.create(
        new RequestActor.Dependencies(
            deps.store(),
            deps.requests(),
            deps.responseQueue(),
            router,
            lookup,
            deps.onAccepted(),
            ledger,
            unpublished,
            attempt -> backoff.after(attempt, deps.random().getAsDouble()),
            settings.web().requests(),
            deps.clock(),
            deps.tracing()),
        metrics);
  }

  /** Where answers come back; runs until it is shut down. */
  UniqueKillSwitch runReplies() {
    return new ReplyStream(
            system, router, deps.onResponse(), ledger, deps.onReceiveFailed(), metrics)
        .run(deps.responses(), settings.web().replyParallelism());
  }

  ActorRef<ReplyRouter.Command> router() {
    return router;
  }

  ActorRef<RequestManager.Command> requests() {
    return requests;
  }

  Ledger ledger() {
    return ledger;
  }

  ResultLookup lookup() {
    return lookup;
  }

  /** Ids of photos that are stored and not sent yet. */
  Set<PhotoId> unpublished() {
    return unpublished;
  }

  /**
   * Whether {@code accepted = answered + failed + dead-lettered + pending} holds now, and nothing
   * is pending if {@code drained}.
   */
  public boolean ledgerHolds(boolean drained) {
    Ledger.Counts counts = ledger.counts();
    return counts.holds() && !(drained && counts.pending() > 0);
  }
}
