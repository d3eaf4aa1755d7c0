package dev.argus.simulation.rivals;

import dev.argus.config.ScalingSettings;
import dev.argus.traffic.Family;
import java.util.Optional;

/**
 * The parameters of rivals that are the best for each family of traffic: the cheapest of those
 * tried that miss no more photos than the clairvoyant plan and 0.1 percentage points.
 *
 * <p>Tuned on seeds 1001 to 1003 of each family, four hours at 1 photo/s with boots of 45 s, a
 * service time of 250 ms, a deadline of 120 s and 19 nodes at most; docs/rivals.md says what was
 * tried. Traffic of no family takes what is the best for days and nights.
 */
final class Tuned {
  private Tuned() {}

  static KedaSettings keda(ScalingSettings scaling, Optional<Family> traffic) {
    return switch (traffic.orElse(Family.DIURNAL)) {
      case DIURNAL -> KedaSettings.tuned(scaling, 0.5, 20, 30, 0, 0);
      case GAMMA -> KedaSettings.tuned(scaling, 0.5, 10, 30, 0, 0);
      case MMPP -> KedaSettings.tuned(scaling, 1, 10, 30, 0, 300);
      case PARETO -> KedaSettings.tuned(scaling, 0.5, 0, 30, 0, 0);
      case FLASH -> KedaSettings.tuned(scaling, 1, 0, 30, 60, 300);
      case BATCH -> KedaSettings.tuned(scaling, 5 / 480.0, 20, 5, 0, 0);
      case SPARSE -> KedaSettings.tuned(scaling, 0.5, 20, 5, 0, 0);
    };
  }

  static TargetTrackingSettings targetTracking(ScalingSettings scaling, Optional<Family> traffic) {
    return switch (traffic.orElse(Family.DIURNAL)) {
      case DIURNAL, GAMMA, MMPP, PARETO -> TargetTrackingSettings.published(scaling);
      case FLASH -> TargetTrackingSettings.tuned(scaling, 0.5, 10, 45, 1);
      case BATCH -> TargetTrackingSettings.tuned(scaling, 0.35, 10, 45, 0);
      case SPARSE -> TargetTrackingSettings.tuned(scaling, 0.1, 10, 45, 0);
    };
  }
}
