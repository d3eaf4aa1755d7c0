package dev.argus.protocol;

import java.time.Duration;
import java.time.Instant;

/**
 * What an app node says of itself, so that the web tier knows boot times and why nodes leave.
 *
 * @param node the instance id
 * @param state what the node has reached
 * @param reason why, in words, for {@link State#DRAINING}; else empty
 * @param at when
 * @param sinceLaunch time since EC2 accepted the launch; zero where that is unknown
 * @param parallelism photos the node works on at once
 */
public record NodeReport(
    String node, State state, String reason, Instant at, Duration sinceLaunch, int parallelism)
    implements ResponseMessage {

  /** The stations of a node's life. */
  public enum State {
    /** The process runs; the model is not loaded yet. */
    BOOTED,
    /** The model is loaded and the node receives. */
    READY,
    /** The node receives no more, finishes or gives back what it holds, and leaves. */
    DRAINING
  }
}
