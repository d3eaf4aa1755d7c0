package dev.argus.localaws;

import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.pekko.actor.AbstractActor;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.Props;
import org.apache.pekko.actor.Terminated;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends the embedded SQS when its store has failed.
 *
 * <p>ElasticMQ goes on without its store, and acknowledges messages that are kept nowhere. An SQS
 * that does not answer is an outage, which everybody is ready for; one that forgets is not.
 */
final class StoreWatch extends AbstractActor {
  private static final Logger LOG = LoggerFactory.getLogger(StoreWatch.class);

  private final AtomicBoolean stopping;

  private StoreWatch(ActorRef store, AtomicBoolean stopping) {
    this.stopping = stopping;
    getContext().watch(store);
  }

  /**
   * @param stopping set when the embedded SQS is stopped in order, and its store with it
   */
  static Props of(ActorRef store, AtomicBoolean stopping) {
    return Props.create(StoreWatch.class, () -> new StoreWatch(store, stopping));
  }

  @Override
  public Receive createReceive() {
    return receiveBuilder().match(Terminated.class, this::onTerminated).build();
  }

  private void onTerminated(Terminated terminated) {
    if (!stopping.get()) {
      LOG.error(
          "The embedded SQS stops: its database failed (see above), and it could keep no message."
              + " Start Argus again on the same data directory.");
    }
    getContext().getSystem().terminate();
  }
}
