package dev.argus.simulation.rivals;

import dev.argus.config.ArgusSettings;
import dev.argus.scaling.ScalingPolicy;
import dev.argus.simulation.ArgusControl;
import dev.argus.simulation.Control;
import dev.argus.traffic.Family;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** All controls that a run can have, by name: Argus's own policies and their rivals. */
public final class Controls {
  /** Makes a control for one run. */
  private interface Maker {
    Control make(ArgusSettings settings, Optional<Family> traffic);
  }

  private static final Map<String, Maker> MAKERS = makers();

  private Controls() {}

  private static Map<String, Maker> makers() {
    Map<String, Maker> makers = new LinkedHashMap<>();
    for (String policy : List.of("deadline", "backlog")) {
      makers.put(
          policy, (settings, traffic) -> new ArgusControl(ScalingPolicy.named(policy), settings));
    }
    makers.put("one-per-message", (settings, traffic) -> new OnePerMessage());
    makers.put("keda", (settings, traffic) -> new Keda(KedaSettings.PUBLISHED));
    makers.put(
        "keda-tuned", (settings, traffic) -> new Keda(Tuned.keda(settings.scaling(), traffic)));
    makers.put(
        "target-tracking",
        (settings, traffic) ->
            new TargetTrackingGroup(TargetTrackingSettings.published(settings.scaling())));
    makers.put(
        "target-tracking-tuned",
        (settings, traffic) ->
            new TargetTrackingGroup(Tuned.targetTracking(settings.scaling(), traffic)));
    return makers;
  }

  /** The names, Argus's own first. */
  public static List<String> names() {
    return new ArrayList<>(MAKERS.keySet());
  }

  /**
   * A new control, for one run.
   *
   * @param traffic what comes, for rivals that are tuned to it; without it they take what was the
   *     best for days and nights
   * @throws IllegalArgumentException if there is none of that name
   */
  public static Control named(String name, ArgusSettings settings, Optional<Family> traffic) {
    Maker maker = MAKERS.get(name);
    if (maker == null) {
      throw new IllegalArgumentException(
          "expected the policy " + String.join(", ", names()) + ", found " + name);
    }
    return maker.make(settings, traffic);
  }
}
