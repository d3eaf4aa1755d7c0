package dev.argus.aws;

import dev.argus.ports.Delivery;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** The two calls to a queue that a source needs. */
interface Receiver {
  /** Receives up to {@code max} messages (1 to 10). */
  CompletionStage<List<Delivery>> receive(int max);

  /** Ends the leases of messages that nobody will work on. */
  void giveBack(List<Delivery> deliveries);
}
