package dev.argus.config;

import com.typesafe.config.Config;

/**
 * How fast one client may send photos; part of {@code argus.web}.
 *
 * @param rate photos each second in the long run
 * @param burst photos at once after a pause
 * @param maxClients whose rate is remembered
 */
public record ClientRateSettings(int rate, int burst, int maxClients) {

  public ClientRateSettings {
    Checks.within("web.client-rate", rate, 1, 1_000_000);
    Checks.atLeast("web.client-burst", burst, 1);
    Checks.atLeast("web.max-clients", maxClients, 1);
  }

  static ClientRateSettings from(Config c) {
    return new ClientRateSettings(
        c.getInt("client-rate"), c.getInt("client-burst"), c.getInt("max-clients"));
  }
}
