package dev.argus.cli;

import dev.argus.config.ArgusSettings;
import java.util.Map;

/**
 * What every app node is told by its user data: the settings of this process, for the cluster must
 * agree on names and limits, and where to report to until it knows which web node leads.
 */
final class NodeEnvironment {
  private NodeEnvironment() {}

  /** Variables by name, none of them a secret. */
  static Map<String, String> of(ArgusSettings settings, Map<String, String> environment) {
    Map<String, String> told = settings.nodeOverridesIn(environment);
    if (!settings.install().isEmpty()) {
      told.put("ARGUS_INSTALL_RELEASE_URI", settings.install().releaseUri());
      told.put("ARGUS_INSTALL_RELEASE_SHA256", settings.install().releaseSha256());
    }
    environment.forEach(
        (name, value) -> {
          if (isAboutSignals(name)) {
            told.put(name, value);
          }
        });
    told.put("ARGUS_SCALING_POLICY", settings.scaling().policy());
    told.put("ARGUS_NAMES_PREFIX", settings.names().prefix());
    told.put("ARGUS_NAMES_RESPONSE_QUEUE", settings.names().responseQueue());
    return told;
  }

  /** Not headers for OTLP: they hold secrets, and user data is no place for these. */
  private static boolean isAboutSignals(String variable) {
    return variable.equals(LogFormat.VARIABLE)
        || (variable.startsWith("OTEL_")
            && !variable.contains("HEADERS")
            && !variable.equals("OTEL_SERVICE_NAME"));
  }
}
