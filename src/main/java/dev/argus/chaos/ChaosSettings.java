package dev.argus.chaos;

import dev.argus.config.InvalidSettingException;
import java.nio.file.Path;
import java.time.Duration;

/**
 * What a chaos run does.
 *
 * @param seed decides the photos and the faults
 * @param photos to send in all
 * @param concurrency clients at once
 * @param killEvery the time between two kills
 * @param maxWorkers app nodes at most
 * @param images the folder of photos
 * @param expected the file of right labels, which names the photos to send
 * @param data where queues, objects and logs go
 */
public record ChaosSettings(
    long seed,
    int photos,
    int concurrency,
    Duration killEvery,
    int maxWorkers,
    Path images,
    Path expected,
    Path data) {
  private static final Duration SHORTEST_INTERVAL = Duration.ofSeconds(1);

  public ChaosSettings {
    within("--photos", photos, 1, 1_000_000);
    within("--concurrency", concurrency, 1, 500);
    within("--max-workers", maxWorkers, 1, 50);
    if (killEvery.compareTo(SHORTEST_INTERVAL) < 0) {
      throw new InvalidSettingException(
          "chaos: --kill-every must be at least 1 second, found " + killEvery.toSeconds());
    }
  }

  private static void within(String name, int value, int min, int max) {
    if (value < min || value > max) {
      throw new InvalidSettingException(
          "chaos: " + name + " must be " + min + " to " + max + ", found " + value);
    }
  }
}
