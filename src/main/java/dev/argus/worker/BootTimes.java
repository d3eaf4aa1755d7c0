package dev.argus.worker;

import dev.argus.protocol.BootStage;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/** When this node reached the stages of its boot. Thread-safe. */
public final class BootTimes {
  /** The variable in which the install stage (deploy/user-data.sh) tells of its stages. */
  public static final String VARIABLE = "ARGUS_BOOT_STAGES";

  private final Map<BootStage, Instant> reached = new EnumMap<>(BootStage.class);

  /**
   * Starts with what the install stage reached.
   *
   * @param installed words such as {@code user-data=1764308000123}, in milliseconds since 1970;
   *     those that cannot be read are left out, for no node should fail for them
   */
  public static BootTimes of(String installed) {
    BootTimes times = new BootTimes();
    for (BootStage stage : BootStage.values()) {
      for (String word : installed.split("\\s+")) {
        if (word.matches(stage.label() + "=\\d{1,15}")) {
          long millis = Long.parseLong(word.substring(word.indexOf('=') + 1));
          times.reached(stage, Instant.ofEpochMilli(millis));
        }
      }
    }
    return times;
  }

  /** The node has reached the stage. */
  public synchronized void reached(BootStage stage, Instant at) {
    reached.put(stage, at);
  }

  /**
   * How long each stage took that is known: from the one before it that is known, or from the
   * launch. One that ended before it began is left out: the clock was set in between.
   *
   * @param launchedAt when EC2 launched the instance, if it is known
   */
  synchronized Map<BootStage, Duration> taken(Optional<Instant> launchedAt) {
    Map<BootStage, Duration> taken = new EnumMap<>(BootStage.class);
    Optional<Instant> before = launchedAt;
    for (Map.Entry<BootStage, Instant> stage : reached.entrySet()) {
      Instant at = stage.getValue();
      before
          .filter(began -> !began.isAfter(at))
          .ifPresent(began -> taken.put(stage.getKey(), Duration.between(began, at)));
      before = Optional.of(at);
    }
    return taken;
  }
}
