package dev.argus.aws;

import dev.argus.protocol.WireMessage;

/**
 * A message to be sent.
 *
 * @param context comes back with the result
 */
public record SqsMessage<C>(WireMessage message, C context) {}
