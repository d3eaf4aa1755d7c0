package dev.argus.simulation.rivals;

import dev.argus.config.ScalingSettings;
import dev.argus.traffic.Family;
import java.util.Optional;

/** Parameters of rivals. */
final class Tuned {
  private Tuned() {}

  static KedaSettings keda(ScalingSettings scaling, Optional<Family> traffic) {
    return KedaSettings.PUBLISHED;
  }

  static TargetTrackingSettings targetTracking(ScalingSettings scaling, Optional<Family> traffic) {
    return TargetTrackingSettings.published(scaling);
  }
}
