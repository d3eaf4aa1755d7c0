package dev.argus.localaws;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;

/** The session tokens of a metadata service; the oldest give way when there are too many. */
final class MetadataTokens {
  private static final int MAX_TOKENS = 1000;
  private static final int TOKEN_BYTES = 40;

  private final Clock clock;
  private final SecureRandom random = new SecureRandom();
  private final Map<String, Instant> expiries = new LinkedHashMap<>();

  MetadataTokens(Clock clock) {
    this.clock = clock;
  }

  synchronized String issue(Duration lifetime) {
    byte[] bytes = new byte[TOKEN_BYTES];
    random.nextBytes(bytes);
    String token = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    Instant now = clock.instant();
    expiries.values().removeIf(expiry -> !expiry.isAfter(now));
    if (expiries.size() >= MAX_TOKENS) {
      expiries.remove(expiries.keySet().iterator().next());
    }
    expiries.put(token, now.plus(lifetime));
    return token;
  }

  synchronized boolean isValid(String token) {
    Instant expiry = expiries.get(token);
    return expiry != null && expiry.isAfter(clock.instant());
  }
}
