package dev.argus.protocol;

import java.time.Duration;

/**
 * How long one photo spent in each stage on its app node.
 *
 * @param queued from being sent to being received
 * @param decode from the photo's bytes to the network's input
 * @param inference the network itself
 * @param service the app node's compute time for this photo, decode and inference together; what
 *     scaling counts with
 */
public record StageTimes(Duration queued, Duration decode, Duration inference, Duration service) {
  /** Nothing was computed: the answer lay in the output bucket, or the photo was refused. */
  public static StageTimes none() {
    return new StageTimes(Duration.ZERO, Duration.ZERO, Duration.ZERO, Duration.ZERO);
  }
}
