package dev.argus.worker;

import java.time.Instant;
import java.util.Optional;

/**
 * What earlier looks have shown, as far as it still holds.
 *
 * @param emptySince since when every look found nothing to do
 * @param surplusSince since when every look found this node to be surplus
 * @param peakNodes the most nodes there were since {@code surplusSince}
 */
public record Evidence(
    Optional<Instant> emptySince, Optional<Instant> surplusSince, int peakNodes) {
  /** Nothing is known. */
  public static Evidence none() {
    return new Evidence(Optional.empty(), Optional.empty(), 0);
  }

  Evidence withEmptySince(Optional<Instant> since) {
    return new Evidence(since, surplusSince, peakNodes);
  }

  Evidence withSurplus(Instant since, int peak) {
    return new Evidence(emptySince, Optional.of(since), peak);
  }

  /** Without any sign of being surplus, such as when the fleet could not be read. */
  Evidence withoutSurplus() {
    return new Evidence(emptySince, Optional.empty(), 0);
  }
}
