package dev.argus.ports;

import java.time.Duration;

/** What becomes of a delivery: a value that the end of a stream acts on. */
public sealed interface Acknowledgement {
  Delivery delivery();

  /** The work is done; the message goes. */
  record Delete(Delivery delivery) implements Acknowledgement {}

  /** The lease ends this long from now: longer while work goes on, zero to give it back. */
  record ChangeVisibility(Delivery delivery, Duration timeout) implements Acknowledgement {}

  /** Nothing is done: the lease runs out by itself. */
  record Ignore(Delivery delivery) implements Acknowledgement {}

  /**
   * What came of an acknowledgement whose receipt was stale: nothing, for the lease had run out or
   * another receiver has the message. Handed in, it does nothing either.
   */
  record Stale(Delivery delivery) implements Acknowledgement {}

  static Acknowledgement delete(Delivery delivery) {
    return new Delete(delivery);
  }

  static Acknowledgement extend(Delivery delivery, Duration timeout) {
    return new ChangeVisibility(delivery, timeout);
  }

  static Acknowledgement giveBack(Delivery delivery) {
    return new ChangeVisibility(delivery, Duration.ZERO);
  }

  static Acknowledgement ignore(Delivery delivery) {
    return new Ignore(delivery);
  }
}
