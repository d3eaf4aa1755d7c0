package dev.argus.config;

import java.util.Collection;
import java.util.Comparator;
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
                    + nearest(name, known)
                    + "?")
        .toList();
  }

  private static String nearest(String name, Collection<String> known) {
    return known.stream()
        .min(
            Comparator.<String>comparingInt(candidate -> distance(name, candidate))
                .thenComparing(Comparator.naturalOrder()))
        .orElseThrow();
  }

  /** Levenshtein's: the fewest letters to add, drop or change. */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int changed = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(changed, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}
