package dev.argus.worker;

import dev.argus.ports.Acknowledgement;
import dev.argus.ports.Completions;
import dev.argus.ports.Delivery;
import dev.argus.protocol.NodeEvent;
import dev.argus.protocol.PhotoId;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.function.IntFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What becomes of a photo whose step failed for no reason of the photo's: it goes back to the
 * queue, to come again a little later, or at once when this node is of no use any more.
 */
final class Setbacks {
  private static final Logger LOG = LoggerFactory.getLogger(Setbacks.class);

  private final Fitness fitness;
  private final Events events;
  private final IntFunction<Duration> backoff;

  /**
   * @param backoff how long a photo stays away after its n-th receive failed
   */
  Setbacks(Fitness fitness, Events events, IntFunction<Duration> backoff) {
    this.fitness = fitness;
    this.events = events;
    this.backoff = backoff;
  }

  /** The outcome of a step, which then never fails. */
  CompletionStage<Work> settle(Delivery delivery, CompletionStage<? extends Work> step) {
    return step.handle(
        (work, failure) -> {
          if (failure == null) {
            return work;
          }
          Throwable cause = Completions.cause(failure);
          if (Failure.of(cause) instanceof Failure.Fatal fatal) {
            fitness.broken(fatal.why());
          }
          events.count(NodeEvent.FAILED_ATTEMPT);
          if (fitness.isBroken()) {
            LOG.error("{} is given back: this node is broken", photo(delivery), cause);
            return givenBack(delivery);
          }
          Duration delay = backoff.apply(delivery.receiveCount());
          LOG.error(
              "{} (receive {}) goes back to the queue for {}",
              photo(delivery),
              delivery.receiveCount(),
              delay,
              cause);
          return new Work.Done(Acknowledgement.extend(delivery, delay));
        });
  }

  /** What to call it in the log: by its id, if it has one. */
  static String photo(Delivery delivery) {
    return PhotoId.parse(delivery.message().attributes().getOrDefault("id", ""))
        .map(PhotoId::toString)
        .orElseGet(() -> "message " + delivery.messageId());
  }

  /** Not worked on here: the next node may have it at once. */
  Work givenBack(Delivery delivery) {
    return new Work.Done(Acknowledgement.giveBack(delivery));
  }
}
