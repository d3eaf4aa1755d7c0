package dev.argus.ports;

import dev.argus.protocol.WireMessage;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.apache.pekko.NotUsed;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.Source;

/**
 * One queue with the semantics of SQS: at least once, in no order, hidden while leased.
 *
 * <p>Safe for use by many threads.
 */
public interface MessageQueue {
  /**
   * Sends a message; done when the queue has it.
   *
   * <p>Sends that are under way at the same time share calls. Fails with {@link
   * QueueMissingException} if there is no such queue, with {@link OverloadException} if too many
   * sends wait, and with the transport's error otherwise.
   */
  CompletionStage<Done> send(WireMessage message);

  /**
   * The same for a message that may wait a moment for company if it is patient: a send of one
   * message costs as much as of ten.
   */
  default CompletionStage<Done> send(WireMessage message, boolean patient) {
    return send(message);
  }

  /**
   * An endless source of what the queue holds. It receives only as the gate and the downstream
   * allow, never completes by itself, and rides out failures with back-off.
   */
  Source<Delivery, NotUsed> deliveries(ReceiveGate gate);

  /**
   * Acts on acknowledgements, in batches, and passes each on when it has been acted on; one whose
   * receipt was stale comes out as {@link Acknowledgement.Stale}.
   *
   * <p>A stale receipt and a failing queue are no errors: the message comes again, which every
   * receiver must be ready for anyway.
   */
  Flow<Acknowledgement, Acknowledgement, NotUsed> acknowledgements();

  /** The same for leases that are renewed: the work on their messages goes on. */
  default Flow<Acknowledgement, Acknowledgement, NotUsed> renewals() {
    return acknowledgements();
  }

  /** The queue's present counts. Fails with the transport's error. */
  CompletionStage<QueueCounts> counts();
}
