package dev.argus.protocol;

/**
 * A launch for which EC2 may have been called, as the web node that leads notes it beforehand.
 *
 * @param number the n of {@code app-tier-instance-<n>}
 * @param clientToken EC2 starts one node for one token, however often and by whomever it is called
 * @param accepted whether EC2 has said that it started the node; else nobody may know
 */
public record NotedLaunch(int number, String clientToken, boolean accepted) {}
