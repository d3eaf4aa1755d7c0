package dev.argus.worker;

import dev.argus.config.Backoff;
import dev.argus.config.WorkerSettings;
import dev.argus.ports.Acknowledgement;
import dev.argus.ports.Delivery;
import dev.argus.ports.MessageQueue;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.IntFunction;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.stream.KillSwitches;
import org.apache.pekko.stream.UniqueKillSwitch;
import org.apache.pekko.stream.javadsl.Keep;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an app node does with photos, from receive to delete, and the renewal of the leases on what
 * it holds.
 */
final class WorkerStream {
  private static final Logger LOG = LoggerFactory.getLogger(WorkerStream.class);

  private final ActorSystem<?> system;
  private final MessageQueue requests;
  private final Intake intake;
  private final Events events;
  private final UniqueKillSwitch receiving;
  private final Leases leases;
  private final CompletionStage<Done> done;

  private WorkerStream(
      ActorSystem<?> system,
      MessageQueue requests,
      Intake intake,
      Events events,
      UniqueKillSwitch receiving,
      Leases leases,
      CompletionStage<Done> done) {
    this.system = system;
    this.requests = requests;
    this.intake = intake;
    this.events = events;
    this.receiving = receiving;
    this.leases = leases;
    this.done = done;
  }

  /** Starts to receive. */
  static WorkerStream start(
      ActorSystem<?> system,
      MessageQueue requests,
      Intake intake,
      Steps.Dependencies dependencies,
      WorkerSettings settings) {
    Backoff limits = new Backoff(settings.minBackoff(), settings.maxBackoff());
    IntFunction<Duration> backoff =
        failures -> limits.after(failures, ThreadLocalRandom.current().nextDouble());
    Events events = dependencies.events();
    Fitness fitness = new Fitness(dependencies.onBroken());
    Outages outages =
        new Outages(
            intake,
            backoff,
            settings.outagePatience(),
            system.scheduler(),
            system.executionContext(),
            dependencies.clock(),
            fitness::broken);
    Steps steps =
        new Steps(
            dependencies,
            outages,
            fitness,
            intake::isBusy,
            backoff,
            new TimeLimit(system),
            settings);
    int held = settings.maxHeld();
    int computing = 2 * dependencies.classifier().parallelism(); // one at work, one ready to go

    var running =
        requests
            .deliveries(intake)
            .viaMat(KillSwitches.single(), Keep.right())
            .mapAsyncUnordered(held, intake::turn)
            .mapAsyncUnordered(
                computing, steps::open) // large photos are fetched here: not too many
            .mapAsyncUnordered(computing, steps::classify)
            .mapAsyncUnordered(settings.storeParallelism(), steps::store)
            .mapAsyncUnordered(held, steps::reply)
            .map(work -> intake.finished((Work.Done) work))
            .via(requests.acknowledgements())
            .map(events::acted)
            .toMat(Sink.foreach(ack -> intake.settled(ack.delivery())), Keep.both())
            .run(system);

    Leases leases = Leases.renew(system, requests, intake, events, settings.renewInterval());
    probeWhileHoldingBack(system, requests, intake, settings, running.second());
    return new WorkerStream(
        system, requests, intake, events, running.first(), leases, running.second());
  }

  /**
   * A node that is full, or waits for S3, does not receive, and so could not tell a queue that is
   * gone: it asks for the counts instead.
   */
  private static void probeWhileHoldingBack(
      ActorSystem<?> system,
      MessageQueue requests,
      Intake intake,
      WorkerSettings settings,
      CompletionStage<Done> streamDone) {
    Duration interval = settings.watchdogInterval();
    Duration patience = settings.unreachableLimit().dividedBy(2);
    Source.tick(interval, interval, Done.getInstance())
        .takeWhile(tick -> !streamDone.toCompletableFuture().isDone())
        .filter(tick -> intake.holdsBackSince(patience))
        .mapAsync(1, tick -> requests.counts().handle((counts, failure) -> failure == null))
        .runForeach(
            reached -> {
              if (reached) {
                intake.reached();
              }
            },
            system);
  }

  /** Done when the stream has ended; fails if it broke. */
  CompletionStage<Done> done() {
    return done;
  }

  /**
   * Stops receiving, finishes what fits into the time, and gives the rest back, so that nobody
   * waits for a lease to run out.
   */
  CompletionStage<Done> drain(Duration time) {
    CompletionStage<Done> ended =
        intake
            .close()
            .thenCompose(
                receivesEnded -> {
                  receiving.shutdown();
                  return done;
                });
    return new TimeLimit(system)
        .bound(ended, time)
        .handle(
            (finished, failure) -> {
              receiving.shutdown();
              return failure;
            })
        .thenCompose(handled -> leases.stop()) // a renewal must not hide what is given back
        .thenCompose(stopped -> giveBack(intake.held()));
  }

  /** Stops at once, for a queue that cannot be reached: nothing could be given back to it. */
  void abandon() {
    intake.close();
    receiving.shutdown();
    leases.stop();
  }

  private CompletionStage<Done> giveBack(List<Delivery> held) {
    held.forEach(
        delivery ->
            LOG.info("{} goes back to the queue: this node leaves", Setbacks.photo(delivery)));
    return Source.from(held)
        .map(Acknowledgement::giveBack)
        .via(requests.acknowledgements())
        .map(events::acted)
        .runWith(Sink.ignore(), system);
  }
}
