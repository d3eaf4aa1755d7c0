package dev.argus.protocol;

import java.time.Instant;
import java.util.Optional;
import org.apache.pekko.util.ByteString;

/**
 * One photo that waits on the request queue to be recognised.
 *
 * @param id the photo's identity, and its key in the input bucket
 * @param name the file name as the client gave it, sanitised; data, never a path
 * @param contentType the media type read from the photo's own header, such as {@code image/jpeg}
 * @param replyQueue the name of the queue that the answer goes to: the return address
 * @param deadline when the client stops waiting; it bounds the wait, never the work
 * @param traceparent the W3C trace context, if the client sent one
 * @param photo the photo itself while it is small, else where it lies
 */
public record ClassifyRequest(
    PhotoId id,
    String name,
    String contentType,
    String replyQueue,
    Instant deadline,
    Optional<String> traceparent,
    Payload photo) {

  /** How the photo travels. */
  public sealed interface Payload {}

  /** The photo is in the message. */
  public record Inline(ByteString bytes) implements Payload {}

  /** The photo is too large for a message: it lies in the input bucket under this key. */
  public record ClaimCheck(String key) implements Payload {}

  /** The same request, whose photo travels otherwise. */
  public ClassifyRequest with(Payload payload) {
    return new ClassifyRequest(id, name, contentType, replyQueue, deadline, traceparent, payload);
  }
}
