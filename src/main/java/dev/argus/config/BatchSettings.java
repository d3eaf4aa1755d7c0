package dev.argus.config;

import com.typesafe.config.Config;
import java.time.Duration;

/**
 * Many photos in one request; part of {@code argus.web}.
 *
 * @param window photos of a batch that are published and not answered
 * @param maxBatches that a web node has in memory
 * @param maxStreams of events and lines, open at once
 * @param heartbeat a stream that has nothing to tell says so this often
 */
public record BatchSettings(int window, int maxBatches, int maxStreams, Duration heartbeat) {

  public BatchSettings {
    Checks.atLeast("web.batch-window", window, 1);
    Checks.atLeast("web.max-batches", maxBatches, 1);
    Checks.atLeast("web.max-streams", maxStreams, 1);
    Checks.positive("web.stream-heartbeat", heartbeat);
  }

  static BatchSettings from(Config c) {
    return new BatchSettings(
        c.getInt("batch-window"),
        c.getInt("max-batches"),
        c.getInt("max-streams"),
        c.getDuration("stream-heartbeat"));
  }
}
