package dev.argus.web;

import dev.argus.batch.Batch;
import dev.argus.batch.Batches;
import dev.argus.callback.Callbacks;
import dev.argus.config.Secret;
import dev.argus.config.WebSettings;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;

/**
 * Puts together what knows of batches, and what calls clients back: callbacks ask batches how they
 * stand, and batches say when they are finished.
 */
final class BatchWiring {
  /** A batch that is asked reads its manifest, and looks for the results of all its photos. */
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  /** An unfinished batch that nobody asks for is kept in memory for so long at least. */
  private static final Duration IDLE = Duration.ofMinutes(1);

  private final WebSettings web;
  private final WebTier.Dependencies deps;
  private final ResultLookup lookup;
  private final ActorRef<Batches.Command> manager;
  private final BatchAsk ask;
  private final BatchStreams streams;
  private final CallbackRequests callbacks;

  /**
   * Starts the actors.
   *
   * @param callbackSecrets sign callbacks; without any nobody is called back
   * @param leads whether this web node leads now
   */
  BatchWiring(
      ActorSystem<?> system,
      WebSettings web,
      List<Secret> callbackSecrets,
      WebTier.Dependencies deps,
      ActorRef<ReplyRouter.Command> router,
      ResultLookup lookup,
      BooleanSupplier leads,
      WebMetrics metrics) {
    this.web = web;
    this.deps = deps;
    this.lookup = lookup;
    this.manager = Wiring.start(system, manager(router), "batches");
    this.ask = new BatchAsk(system, manager, PATIENCE);
    this.streams =
        new BatchStreams(
            new BatchAsk(system, manager, PATIENCE.plus(web.requests().resultPoll())),
            web.batches(),
            metrics);
    this.callbacks =
        new CallbackRequests(
            system,
            callbackSecrets.isEmpty()
                ? Optional.empty()
                : Optional.of(
                    Wiring.start(system, callbacks(callbackSecrets, leads), "callbacks")));
  }

  /** Knows which photos came together. */
  private Behavior<Batches.Command> manager(ActorRef<ReplyRouter.Command> router) {
    return Batches.create(
        new Batch.Surroundings(
            deps.store(),
            (id, waiter) -> router.tell(ReplyRouter.Register.of(id, waiter)),
            (id, waiter) -> router.tell(new ReplyRouter.Forget(id, waiter)),
            id -> callbacks().finished(id),
            web.sweep().storedWithin(),
            web.requests().resultPoll(),
            web.heartbeat().interval(),
            idle(),
            deps.clock()),
        web.batches().maxBatches(),
        deps.metrics());
  }

  /** A batch that owes a callback is asked for once in a recover-interval, and stays. */
  private Duration idle() {
    Duration looks = web.callbacks().recoverInterval().multipliedBy(2);
    return looks.compareTo(IDLE) > 0 ? looks : IDLE;
  }

  private Behavior<Callbacks.Command> callbacks(List<Secret> secrets, BooleanSupplier leads) {
    return WebTier.restarting(
        Callbacks.create(
            new Callbacks.Dependencies(
                deps.store(),
                CallbackRequests.results(lookup, ask::show),
                web.callbacks(),
                secrets,
                web.sweep().storedWithin(),
                leads,
                deps.metrics(),
                deps.clock(),
                () -> ThreadLocalRandom.current().nextDouble())));
  }

  ActorRef<Batches.Command> manager() {
    return manager;
  }

  BatchStreams streams() {
    return streams;
  }

  CallbackRequests callbacks() {
    return callbacks;
  }

  /**
   * What may be asked of batches.
   *
   * @param topK predictions of a photo at most
   */
  BatchRoutes routes(Intake.Dependencies intakes, int topK, Responses responses) {
    return new BatchRoutes(
        ask,
        streams,
        new BatchRetry(intakes, deps.store(), web.uploads().maxPhotoBytes()),
        topK,
        responses);
  }
}
