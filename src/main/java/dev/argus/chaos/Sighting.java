package dev.argus.chaos;

import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * All that one client saw of its photo.
 *
 * @param ids every id that it was told for it
 * @param results the answer, and the answer to asking once more if it did
 * @param retries calls that were made again since they were refused or broke
 * @param latency from the first call to the answer
 */
record Sighting(int number, Set<String> ids, List<Result> results, int retries, Duration latency) {
  Sighting {
    ids = Set.copyOf(ids);
    results = List.copyOf(results);
  }

  boolean isAnswered() {
    return results.stream().noneMatch(Result.None.class::isInstance);
  }
}
