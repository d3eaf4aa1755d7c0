package dev.argus.aws;

/**
 * How many receives may be under way at once: one more after a full one, one less after any other,
 * one after a failure.
 *
 * <p>While little comes, one long poll waits for it, and the rest would only cost calls; while much
 * comes, one call after the other would leave the receiver waiting. After the adaptive parallelism
 * of Pekko Connectors' SQS source. Not for concurrent use.
 */
final class ReceiveParallelism {
  private final int max;
  private int allowed = 1;

  ReceiveParallelism(int max) {
    this.max = max;
  }

  int allowed() {
    return allowed;
  }

  void received(int asked, int got) {
    if (got >= asked) {
      allowed = Math.min(max, allowed + 1);
    } else {
      allowed = Math.max(1, allowed - 1);
    }
  }

  void failed() {
    allowed = 1;
  }
}
