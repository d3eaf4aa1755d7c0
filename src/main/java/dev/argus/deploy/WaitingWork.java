package dev.argus.deploy;

/**
 * What a cluster still owes.
 *
 * @param visible requests in the queue
 * @param inFlight requests that app nodes hold
 * @param pending accepted photos without an answer; those in the queue are among them
 */
public record WaitingWork(long visible, long inFlight, long pending) {
  static final WaitingWork NONE = new WaitingWork(0, 0, 0);

  /** Whether anybody would wait in vain. */
  boolean any() {
    return visible + inFlight + pending > 0;
  }

  /** How much it is. */
  String text() {
    return "%,d in the queue, %,d with app nodes, %,d accepted and not answered"
        .formatted(visible, inFlight, pending);
  }
}
