package dev.argus.ports;

/**
 * How many messages a queue holds; SQS calls these approximate, and they are.
 *
 * @param visible messages that wait to be received
 * @param inFlight messages that are received and neither deleted nor given back
 */
public record QueueCounts(int visible, int inFlight) {
  /** Whether nothing waits and nothing is worked on. */
  public boolean isEmpty() {
    return visible == 0 && inFlight == 0;
  }
}
