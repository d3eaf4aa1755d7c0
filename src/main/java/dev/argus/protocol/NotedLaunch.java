package dev.argus.protocol;

import java.time.Instant;
import java.util.Optional;

/**
 * A launch for which EC2 may have been called, as the web node that leads notes it beforehand.
 *
 * @param number the n of {@code app-tier-instance-<n>}
 * @param clientToken EC2 starts one node for one token, however often and by whomever it is called
 * @param acceptedAt when EC2 had said that it started the node, by the clock of who noted it; else
 *     nobody may know
 */
public record NotedLaunch(int number, String clientToken, Optional<Instant> acceptedAt) {}
