package dev.argus.web;

import dev.argus.config.LedgerSettings;
import dev.argus.ports.Completions;
import dev.argus.protocol.MalformedMessageException;
import dev.argus.protocol.PhotoId;
import dev.argus.protocol.Problem;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Settles photos whose reply never came here, from their results in S3: a reply may be lost with
 * its queue, or answer a sweep of another web node.
 *
 * <p>Only photos that have been pending for long are looked for, a bounded number each time.
 */
final class Reconciliation {
  private static final Logger LOG = LoggerFactory.getLogger(Reconciliation.class);
  private static final int PARALLELISM = 8;

  /** Time to look, and the end of a look. */
  enum Tick {
    LOOK,
    DONE
  }

  private final ActorSystem<?> system;
  private final Ledger ledger;
  private final ResultLookup lookup;

  Reconciliation(ActorSystem<?> system, Ledger ledger, ResultLookup lookup) {
    this.system = system;
    this.ledger = ledger;
    this.lookup = lookup;
  }

  /** An actor that looks, and again an interval after it has. */
  static Behavior<Tick> create(Reconciliation reconciliation, LedgerSettings settings) {
    return Behaviors.withTimers(
        timers -> {
          timers.startSingleTimer(Tick.LOOK, settings.reconcileInterval());
          return Behaviors.receive(
              (context, tick) -> {
                if (tick == Tick.LOOK) {
                  context.pipeToSelf(reconciliation.run(), (done, failure) -> done(failure));
                } else {
                  timers.startSingleTimer(Tick.LOOK, settings.reconcileInterval());
                }
                return Behaviors.same();
              });
        });
  }

  private static Tick done(Throwable failure) {
    if (failure != null) {
      LOG.warn("pending photos could not be looked for: {}", failure.toString());
    }
    return Tick.DONE;
  }

  /** Looks for the results of the photos that are overdue now. */
  CompletionStage<Done> run() {
    return Source.from(ledger.takeOverdue())
        .mapAsyncUnordered(PARALLELISM, this::look)
        .runWith(Sink.ignore(), system);
  }

  private CompletionStage<Done> look(PhotoId id) {
    return lookup
        .find(id)
        .thenApply(found -> settle(id, found))
        .exceptionallyCompose(
            failure -> {
              Throwable cause = Completions.cause(failure);
              if (!(cause instanceof MalformedMessageException)) {
                return CompletableFuture.failedFuture(cause); // the others would fail too
              }
              LOG.warn("the result of {} cannot be read: {}", id, cause.toString());
              return CompletableFuture.completedFuture(Done.getInstance());
            });
  }

  private Done settle(PhotoId id, Outcome found) {
    if (found instanceof Outcome.Answered answered) {
      ledger.settled(answered.reply());
    } else if (found instanceof Outcome.Refused refused
        && refused.problem().is(Problem.Kind.NOT_FOUND)) {
      LOG.warn("{} expired before it was answered (argus.retention.photos)", id);
      ledger.expired(id);
    }
    return Done.getInstance();
  }
}
