package dev.argus.config;

import com.typesafe.config.Config;
import java.time.Duration;

/**
 * How web nodes know of each other; part of {@code argus.web}.
 *
 * @param interval how often a web node says that its response queue is in use
 * @param queueExpiry how long one is silent before its response queue is removed
 */
public record HeartbeatSettings(Duration interval, Duration queueExpiry) {

  public HeartbeatSettings {
    Checks.ordered(
        "web.heartbeat-interval, five times",
        interval.multipliedBy(5),
        "web.response-queue-expiry",
        queueExpiry);
  }

  static HeartbeatSettings from(Config c) {
    return new HeartbeatSettings(
        c.getDuration("heartbeat-interval"), c.getDuration("response-queue-expiry"));
  }
}
