package dev.argus.worker;

import java.time.Instant;

/**
 * How receiving goes on this node.
 *
 * @param lastSuccess when the request queue was last known to be reachable: when a receive or
 *     another call to it last succeeded, and the present while the node itself holds receiving back
 *     and no call has failed since; the node's start before any of these
 * @param emptyReceivesInARow receives since the last one that brought a photo
 * @param held photos that the node holds
 */
public record ReceiveStatus(Instant lastSuccess, int emptyReceivesInARow, int held) {}
