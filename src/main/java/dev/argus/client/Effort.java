package dev.argus.client;

import dev.argus.protocol.PhotoId;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.Set;

/**
 * What a photo's result took.
 *
 * @param status of the last response; empty if none came
 * @param retries how often a request was made again since it was refused or broke
 * @param latency from the first request to the result, waits included: what a patient caller sees
 * @param ids every id that Argus gave the photo; more than one would be a fault of Argus
 */
public record Effort(OptionalInt status, int retries, Duration latency, Set<PhotoId> ids) {
  public Effort {
    ids = Set.copyOf(ids);
  }

  static Effort none() {
    return new Effort(OptionalInt.empty(), 0, Duration.ZERO, Set.of());
  }
}
