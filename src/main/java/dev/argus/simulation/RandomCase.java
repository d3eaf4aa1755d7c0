package dev.argus.simulation;

import dev.argus.scaling.ScalingPolicy;
import dev.argus.traffic.Family;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * A small run whose everything follows from its seed: traffic, policy, times, limits and faults.
 *
 * <p>What it takes is within what a sensible cluster would set; times are whole milliseconds, so
 * that its {@link #command} is exact.
 *
 * @param rate photos a second, on average
 * @param length of the traffic
 * @param minNodes that stay without work
 */
public record RandomCase(
    long seed,
    Family family,
    double rate,
    Duration length,
    String policy,
    Duration boot,
    Duration service,
    Duration deadline,
    int maxNodes,
    int minNodes,
    Faults.Kind faults,
    NodeKind nodes) {
  private static final List<String> POLICIES = List.of("deadline", "backlog");
  private static final String MIN_WORKERS = "ARGUS_WORKER_MIN_WORKERS";
  private static final double PRICE = 0.1026;

  /** Work that a node of one core is given at most, as a share of all cores. */
  private static final double MAX_LOAD = 0.8;

  /** From a photo in a minute to one in a second: small, for there are to be many. */
  private static final double LEAST_RATE = 0.02;

  private static final double RATES = 50;

  private static final int MOST_KEPT = 3; // nodes

  /** The case of a seed. */
  public static RandomCase of(long seed) {
    SplittableRandom random = new Randomness(seed).stream(Randomness.Purpose.CASE);
    Duration service = between(random, 100, 2_000);
    int max = random.nextInt(1, 21);
    double most = MAX_LOAD * max * 1000 / service.toMillis();
    double rate = Math.min(most, LEAST_RATE * Math.pow(RATES, random.nextDouble()));
    Faults.Kind[] kinds = Faults.Kind.values();
    return new RandomCase(
        seed,
        Family.values()[random.nextInt(Family.values().length)],
        Math.max(1, Math.round(rate * 1000)) / 1000.0,
        Duration.ofMinutes(random.nextInt(2, 11)),
        POLICIES.get(random.nextInt(POLICIES.size())),
        between(random, 10_000, 120_000),
        service,
        between(random, 20_000, 600_000),
        max,
        random.nextInt(4) == 0 ? random.nextInt(Math.min(max, MOST_KEPT) + 1) : 0,
        random.nextInt(4) == 0 ? kinds[random.nextInt(kinds.length)] : Faults.Kind.ALL,
        random.nextInt(8) == 0 ? NodeKind.STREAM : NodeKind.MODEL);
  }

  /** As often between 1 and 10 as between 10 and 100. */
  private static Duration between(SplittableRandom random, int millis, int mostMillis) {
    double exponent = random.nextDouble() * Math.log((double) mostMillis / millis);
    return Duration.ofMillis(Math.round(millis * Math.exp(exponent)));
  }

  private Map<String, String> environment() {
    return minNodes == 0 ? Map.of() : Map.of(MIN_WORKERS, Integer.toString(minNodes));
  }

  /** What is simulated. */
  public SimulationSettings settings() {
    return SimulationSettings.of(
        environment(), length, boot, service, deadline, maxNodes, PRICE, Faults.of(faults));
  }

  /**
   * Runs it.
   *
   * @throws InvariantViolation with the command that shows it again
   */
  public SimulationResult run() {
    SimulationSettings settings = settings();
    try {
      return Simulation.run(
          settings,
          new ArgusControl(ScalingPolicy.named(policy), settings.argus()),
          family.arrivals(rate, length),
          seed,
          nodes,
          new Observer() {});
    } catch (InvariantViolation e) {
      throw e.seenAgainBy(command());
    }
  }

  /** The command line that shows it, with what happens in it. */
  public String command() {
    return String.format(
        Locale.ROOT,
        "%sargus simulate --family %s --rate %s --hours %s --policy %s --boot %dms --service %dms"
            + " --deadline %dms --max %d --faults %s --nodes %s --replay %d",
        minNodes == 0 ? "" : MIN_WORKERS + "=" + minNodes + " ",
        family,
        rate,
        length.toMillis() / 3_600_000.0,
        policy,
        boot.toMillis(),
        service.toMillis(),
        deadline.toMillis(),
        maxNodes,
        faults,
        nodes,
        seed);
  }
}
