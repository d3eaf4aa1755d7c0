package dev.argus.protocol;

import java.time.Instant;
import java.util.Map;

/**
 * What is kept of a request that was given up, for the operator: the object {@code dead/<id>}.
 *
 * <p>The photo itself is not in it; it lies in the input bucket for as long as any photo does.
 */
public sealed interface DeadLetter {
  /** The photo's id, or the queue's id of a message that could not be read. */
  String id();

  /** When it was taken from the dead-letter queue. */
  Instant at();

  DeadLetterHistory history();

  /**
   * A photo that was given up. It can be sent again.
   *
   * @param inline whether the photo travelled in the message, or was fetched from the input bucket
   */
  record GivenUp(
      PhotoId photo,
      String name,
      String contentType,
      String replyQueue,
      boolean inline,
      Instant at,
      DeadLetterHistory history)
      implements DeadLetter {
    @Override
    public String id() {
      return photo.toString();
    }
  }

  /**
   * A message that no version of the format covers, kept as it came. It cannot be sent again.
   *
   * @param problem what was expected and what was found
   */
  record Unreadable(
      String id,
      String body,
      Map<String, String> attributes,
      String problem,
      Instant at,
      DeadLetterHistory history)
      implements DeadLetter {
    public Unreadable {
      attributes = Map.copyOf(attributes);
    }
  }
}
