package dev.argus.simulation;

import dev.argus.config.ArgusSettings;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * What is simulated, besides its traffic, its seed and its policy.
 *
 * @param argus settings of the cluster: what its parts believe, and its limits
 * @param length no photo comes after it
 * @param boot how long boots really take, from RunInstances to a node that receives
 * @param service how long one core really works on one photo
 * @param deadline a photo that is answered later has missed it; its client waits on
 * @param price USD for an instance hour on demand
 * @param faults what goes wrong
 */
public record SimulationSettings(
    ArgusSettings argus,
    Duration length,
    Lognormal boot,
    Lognormal service,
    Duration deadline,
    double price,
    Faults faults) {
  /** How much boots differ: EC2's are within some ten percent of each other. */
  public static final double BOOT_CV = 0.1;

  /** How much photos differ; see docs/benchmarks.md for the stages of one. */
  public static final double SERVICE_CV = 0.25;

  private static final Duration SHORTEST_SERVICE = Duration.ofMillis(1);

  /** Photos that come are all taken: what a full web tier refuses is another question. */
  private static final String UNLIMITED = Integer.toString(Integer.MAX_VALUE);

  private static final Duration MIN_BOOT_TIMEOUT = Duration.ofMinutes(5);

  /** All that is left must be done so long after the last arrival; else the run is cut off. */
  private static final Duration DRAIN_LIMIT = Duration.ofHours(2);

  public SimulationSettings {
    check("length", length);
    check("deadline", deadline);
    if (service.mean().compareTo(SHORTEST_SERVICE) < 0) {
      throw new IllegalArgumentException(
          "service: expected 1 ms at least, found " + service.mean());
    }
    if (argus.scaling().maxWorkers() < 1) {
      throw new IllegalArgumentException("max: expected one node at least, found none");
    }
    if (!(price >= 0)) {
      throw new IllegalArgumentException("price: expected zero or more, found " + price);
    }
  }

  /**
   * A cluster that knows the means of its boot and service times, unless its settings tell others.
   *
   * @param environment whose first guesses of these times hold, and whose other settings where no
   *     parameter says otherwise
   * @throws dev.argus.config.InvalidSettingException if a setting is out of range
   */
  public static SimulationSettings of(
      Map<String, String> environment,
      Duration length,
      Duration boot,
      Duration service,
      Duration deadline,
      int maxNodes,
      double price,
      Faults faults) {
    Duration bootTimeout = boot.multipliedBy(3);
    Map<String, String> all = new HashMap<>(environment);
    all.put("ARGUS_SCALING_MAX_WORKERS", Integer.toString(maxNodes));
    all.putIfAbsent("ARGUS_SCALING_BOOT_TIME", setting(boot));
    all.putIfAbsent("ARGUS_SCALING_SERVICE_TIME", setting(service));
    all.put("ARGUS_SCALING_DEADLINE", setting(deadline));
    all.put("ARGUS_SCALING_TARGET_TIME", setting(deadline.dividedBy(2)));
    all.put(
        "ARGUS_SCALING_BOOT_TIMEOUT",
        setting(bootTimeout.compareTo(MIN_BOOT_TIMEOUT) > 0 ? bootTimeout : MIN_BOOT_TIMEOUT));
    all.put("ARGUS_WEB_MAX_IN_FLIGHT", UNLIMITED);
    all.put("ARGUS_WEB_MAX_BODIES", UNLIMITED);
    return new SimulationSettings(
        ArgusSettings.load(all),
        length,
        new Lognormal(boot, BOOT_CV),
        new Lognormal(service, SERVICE_CV),
        deadline,
        price,
        faults);
  }

  private static String setting(Duration time) {
    return time.toNanos() + "ns";
  }

  /** When the run ends at the latest. */
  public Duration limit() {
    return length.plus(deadline).plus(DRAIN_LIMIT);
  }

  private static void check(String name, Duration value) {
    if (value.isNegative() || value.isZero()) {
      throw new IllegalArgumentException(name + ": expected above zero, found " + value);
    }
  }
}
