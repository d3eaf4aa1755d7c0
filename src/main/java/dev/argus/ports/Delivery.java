package dev.argus.ports;

import dev.argus.protocol.WireMessage;
import java.time.Instant;

/**
 * One receive of one message: the message, and the lease on it.
 *
 * @param messageId the queue's own id of the message, the same at every receive
 * @param receipt the handle of this receive; a later receive makes it stale
 * @param receiveCount how often the message has been received, this time included
 * @param sentAt when it was sent
 * @param message what was sent
 */
public record Delivery(
    String messageId, String receipt, int receiveCount, Instant sentAt, WireMessage message) {}
