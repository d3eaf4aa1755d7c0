package dev.argus.aws;

import dev.argus.protocol.WireMessage;

/**
 * A message to be sent.
 *
 * @param context comes back with the result
 * @param patient whether it may wait for company
 */
public record SqsMessage<C>(WireMessage message, C context, boolean patient) {
  /** One that goes as soon as it can. */
  public SqsMessage(WireMessage message, C context) {
    this(message, context, false);
  }
}
