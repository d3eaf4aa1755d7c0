package dev.argus.protocol;

import java.time.Instant;

/**
 * How a photo came to be given up: what the last one to hold it knew.
 *
 * <p>The app node that gives up sends it along with the message, since a queue counts the receives
 * of a message anew once it has moved. See {@link DeadLetterCodec} for its place in the message.
 *
 * @param receives how often the request queue handed it out; at least 1 when an app node gave it up
 * @param attempts how many of those it was worked on alone, since its node might die of it
 * @param sentAt when the request was sent
 * @param node the instance id of the app node that gave it up; empty if the queue did so by itself
 * @param reason why, in words
 */
public record DeadLetterHistory(
    int receives, int attempts, Instant sentAt, String node, String reason) {

  /** What a client may know of it, such as "Given up after 5 receives, 3 of them alone". */
  public String inWords() {
    return "Given up after "
        + receives
        + (receives == 1 ? " receive" : " receives")
        + (attempts > 0 ? ", " + attempts + " of them alone" : "");
  }
}
