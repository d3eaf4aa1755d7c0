package dev.argus.ports;

import java.util.Optional;

/**
 * The client tokens of launches: {@code INTENT.POOL}, or the intent alone while it is not decided
 * where the launch goes.
 *
 * <p>EC2 starts one node for one token, and takes a token with one set of parameters only. So an
 * intent that was refused in one pool goes to the next under another token; and whoever calls a
 * token again, be it after a restart, calls it where it was called before.
 */
public final class LaunchTokens {
  /** No intent has one: the names of clusters consist of letters, digits and hyphens. */
  private static final char SEPARATOR = '.';

  private LaunchTokens() {}

  /** The token of the same intent in that pool. */
  public static String in(String pool, String token) {
    return intent(token) + SEPARATOR + pool;
  }

  /** The id of the pool that the token names. */
  public static Optional<String> pool(String token) {
    int at = token.lastIndexOf(SEPARATOR);
    return at < 0 ? Optional.empty() : Optional.of(token.substring(at + 1));
  }

  /** The token without a pool. */
  public static String intent(String token) {
    int at = token.lastIndexOf(SEPARATOR);
    return at < 0 ? token : token.substring(0, at);
  }
}
