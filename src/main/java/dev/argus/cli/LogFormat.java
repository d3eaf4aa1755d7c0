package dev.argus.cli;

import dev.argus.config.InvalidSettingException;
import java.util.Map;
import java.util.Set;

/** How lines are logged, which {@code logback.xml} reads from the environment too. */
final class LogFormat {
  static final String VARIABLE = "ARGUS_LOG_FORMAT";

  private static final Set<String> KNOWN = Set.of("", "text", "json");

  private LogFormat() {}

  /** Whoever asked for a format that does not exist must hear of it. */
  static void check(Map<String, String> environment) {
    String format = environment.getOrDefault(VARIABLE, "");
    if (!KNOWN.contains(format)) {
      throw new InvalidSettingException(
          VARIABLE + ": expected text or json, found \"" + format + "\"");
    }
  }
}
