package dev.argus.config;

import com.typesafe.config.Config;

/**
 * How many photos a web node takes at once, over all clients; part of {@code argus.web}.
 *
 * @param maxInFlight photos accepted and not answered yet
 * @param maxBodies photos whose bodies are still arriving
 * @param maxBufferedBytes of photos in memory
 */
public record AdmissionSettings(int maxInFlight, int maxBodies, long maxBufferedBytes) {

  public AdmissionSettings {
    Checks.atLeast("web.max-in-flight", maxInFlight, 1);
    Checks.atLeast("web.max-bodies", maxBodies, 1);
    Checks.atLeast("web.max-buffered", maxBufferedBytes, 1);
  }

  static AdmissionSettings from(Config c) {
    return new AdmissionSettings(
        c.getInt("max-in-flight"), c.getInt("max-bodies"), c.getBytes("max-buffered"));
  }
}
