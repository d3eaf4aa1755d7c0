package dev.argus.config;

import com.typesafe.config.Config;
import java.time.Duration;

/**
 * Where the web tier listens, and its TCP connections; part of {@code argus.web}.
 *
 * @param maxOpen that are served at once
 * @param maxRefused beyond those that are told so; any further one is closed at once
 * @param idleTimeout without a byte in either direction, whatever the connection is doing
 * @param requestIdleTimeout without a request in progress
 * @param lingerTimeout for a client that hardly sends after its last answer
 * @param stopTimeout to end them all when the web node stops
 */
public record ConnectionSettings(
    String host,
    int port,
    int maxOpen,
    int maxRefused,
    Duration idleTimeout,
    Duration requestIdleTimeout,
    Duration lingerTimeout,
    Duration stopTimeout) {

  public ConnectionSettings {
    Checks.within("web.port", port, 0, 65535);
    Checks.atLeast("web.max-connections", maxOpen, 1);
    Checks.atLeast("web.refused-connections", maxRefused, 1);
    Checks.positive("web.idle-timeout", idleTimeout);
    Checks.positive("web.request-idle-timeout", requestIdleTimeout);
    Checks.positive("web.linger-timeout", lingerTimeout);
    Checks.positive("web.stop-timeout", stopTimeout);
  }

  static ConnectionSettings from(Config c) {
    return new ConnectionSettings(
        c.getString("host"),
        c.getInt("port"),
        c.getInt("max-connections"),
        c.getInt("refused-connections"),
        c.getDuration("idle-timeout"),
        c.getDuration("request-idle-timeout"),
        c.getDuration("linger-timeout"),
        c.getDuration("stop-timeout"));
  }
}
