package dev.argus.scaling;

import dev.argus.config.ScalingSettings;
import java.time.Duration;

/** The controller's settings as they are by default. */
final class Settings {
  private Settings() {}

  static ScalingSettings scaling() {
    return withMax(19);
  }

  static ScalingSettings withMax(int maxWorkers) {
    return new ScalingSettings(
        true,
        Duration.ofSeconds(15),
        "backlog",
        maxWorkers,
        Duration.ofSeconds(2),
        Duration.ofSeconds(60),
        Duration.ofSeconds(120),
        Duration.ofSeconds(60),
        Duration.ofSeconds(45),
        Duration.ofMillis(250),
        1,
        Duration.ofSeconds(60),
        Duration.ofMinutes(5),
        5,
        Duration.ofSeconds(2),
        Duration.ofMinutes(2),
        500);
  }
}
