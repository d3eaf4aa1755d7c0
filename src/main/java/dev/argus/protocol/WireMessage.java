package dev.argus.protocol;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A message as the queue sees it.
 *
 * @param body text; SQS takes at most 1 MiB of body and attributes together
 * @param attributes at most 10 (an SQS limit), values not empty
 */
public record WireMessage(String body, Map<String, String> attributes) {
  /** The number of message attributes that SQS allows. */
  public static final int MAX_ATTRIBUTES = 10;

  public WireMessage {
    attributes = Map.copyOf(attributes);
    if (attributes.size() > MAX_ATTRIBUTES) {
      throw new IllegalArgumentException(
          "SQS allows " + MAX_ATTRIBUTES + " attributes, found " + attributes.size());
    }
  }

  /** The same within a trace, if there is one: its W3C context is an attribute. */
  public WireMessage withTrace(Optional<String> traceparent) {
    if (traceparent.isEmpty()) {
      return this;
    }
    Map<String, String> more = new HashMap<>(attributes);
    more.put("traceparent", traceparent.get());
    return new WireMessage(body, more);
  }
}
