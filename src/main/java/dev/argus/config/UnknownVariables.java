package dev.argus.config;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Finds variables that were meant for a setting and name none, such as a misspelt one. */
final class UnknownVariables {
  private static final String PREFIX = "ARGUS_";

  /** What scripts, tools and the log read; no settings of application.conf. */
  private static final Set<String> OTHERS =
      Set.of(
          ArgusSettings.PROFILE,
          "ARGUS_BOOT_STAGES",
          "ARGUS_BUILD",
          "ARGUS_HEAP",
          "ARGUS_HOME",
          "ARGUS_JAR",
          "ARGUS_LOG_FORMAT",
          "ARGUS_LOG_LEVEL",
          "ARGUS_TOKEN",
          "ARGUS_WORKER_HEAP");

  private UnknownVariables() {}

  /** A line for each variable that is not known, never with its value. */
  static List<String> in(Map<String, String> environment, Collection<String> known) {
    return environment.keySet().stream()
        .filter(name -> name.startsWith(PREFIX))
        .filter(name -> !known.contains(name) && !OTHERS.contains(name))
        .sorted()
        .map(
            name ->
                name
                    + " is ignored: there is no such setting; did you mean "
                    + Nearest.to(name, known)
                    + "?")
        .toList();
  }
}
