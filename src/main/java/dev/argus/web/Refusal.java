package dev.argus.web;

import dev.argus.protocol.Problem;
import java.time.Duration;
import java.util.Optional;

/**
 * Why a photo, a poll or a connection is not taken, and when to come again.
 *
 * @param retryAfter when to come again, if more is known than {@code argus.web.retry-after}; at
 *     least a second is told, since the header has no fractions
 */
record Refusal(Reason reason, Problem problem, Optional<Duration> retryAfter) implements Verdict {
  Refusal(Reason reason, Problem problem) {
    this(reason, problem, Optional.empty());
  }

  /** The limit that was met; a label in the metrics. */
  enum Reason {
    CLIENT_RATE,
    DEADLINE,
    PENDING,
    IN_FLIGHT,
    BODIES,
    BUFFERED,
    POLLS,
    STREAMS,
    CONNECTIONS
  }
}
