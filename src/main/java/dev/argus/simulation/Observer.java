package dev.argus.simulation;

import dev.argus.protocol.ClassifyReply;
import dev.argus.protocol.PhotoId;
import dev.argus.scaling.Decision;
import dev.argus.worker.Leave;
import java.time.Duration;

/**
 * Told what happens in a run, at the moment when it does and on the run's thread. It changes
 * nothing. If it throws, the run ends by a violation.
 */
public interface Observer extends SimulatedFleet.Listener {
  /** The run begins. */
  default void begins(World world) {}

  /** A photo came to the web tier. */
  default void came(PhotoId id) {}

  /** Its client has the answer. */
  default void answered(PhotoId id, Duration latency, ClassifyReply reply) {}

  /** It was not accepted, or its client had no answer in time. */
  default void unanswered(PhotoId id) {}

  /** Argus's controller looked, and decided. */
  default void decided(Decision decision) {}

  /** A node receives no more. */
  default void leaves(Instance instance, Leave why) {}

  /** The request queue hands out a message that stays visible to others too. */
  default void handedOutTwice(PhotoId id) {}

  /** The request of a photo was deleted. */
  default void deleted(PhotoId id) {}

  /** The run is over, or broke a rule; nothing is told after this. */
  default void over() {}

  @Override
  default void launched(Instance instance) {}

  @Override
  default void booted(Instance instance) {}

  @Override
  default void ended(Instance instance) {}

  @Override
  default void gone(Instance instance) {}
}
