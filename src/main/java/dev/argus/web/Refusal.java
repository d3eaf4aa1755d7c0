package dev.argus.web;

import dev.argus.protocol.Problem;
import java.time.Duration;

/**
 * Why a photo, a poll or a connection is not taken, and when to come again.
 *
 * @param retryAfter at least a second is told, since the header has no fractions
 */
record Refusal(Reason reason, Problem problem, Duration retryAfter) implements Verdict {

  /** The limit that was met; a label in the metrics. */
  enum Reason {
    CLIENT_RATE,
    DEADLINE,
    PENDING,
    IN_FLIGHT,
    BODIES,
    BUFFERED,
    POLLS,
    CONNECTIONS
  }
}
