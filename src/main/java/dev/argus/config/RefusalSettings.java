package dev.argus.config;

import com.typesafe.config.Config;
import java.time.Duration;

/**
 * How those are treated who are not served; part of {@code argus.web}.
 *
 * @param retryAfter when to come again, unless more is known
 * @param maxBodyBytes so much of a refused body is read before it is answered
 * @param timeout for a refused client to send its request, or the rest of it up to that limit
 */
public record RefusalSettings(Duration retryAfter, int maxBodyBytes, Duration timeout) {

  public RefusalSettings {
    Checks.positive("web.retry-after", retryAfter);
    Checks.atLeast("web.refused-body-limit", maxBodyBytes, 0);
    Checks.positive("web.refusal-timeout", timeout);
  }

  static RefusalSettings from(Config c) {
    return new RefusalSettings(
        c.getDuration("retry-after"),
        Checks.bytes(c, "web", "refused-body-limit"),
        c.getDuration("refusal-timeout"));
  }
}
