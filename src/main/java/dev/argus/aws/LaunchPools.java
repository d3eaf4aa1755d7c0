package dev.argus.aws;

import dev.argus.config.Backoff;
import dev.argus.config.Ec2Settings;
import dev.argus.config.Purchase;
import dev.argus.ports.LaunchTokens;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/**
 * The pools that nodes may be launched in, in order of preference, and which of them rest.
 *
 * <p>Every purchase has every type, every type every subnet: all subnets of a type come before the
 * next type, and all of one purchase before the next. A pool that EC2 has refused rests: it is left
 * out for {@code pool-rest}, and for twice as long after each further refusal, until a launch in it
 * succeeds. When all rest, the one that is due first is next, so that somebody finds out; how often
 * is for the caller's back-off to say.
 *
 * <p>Thread-safe.
 */
final class LaunchPools {
  /** In {@code pool-rest}. */
  private static final int LONGEST_REST = 16;

  private static final List<String> DEFAULT_SUBNET = List.of("");
  private static final int ID_LENGTH = 8;

  /** What is said of one pool takes some 80 characters; decisions repeat it. */
  private static final int MAX_LISTED = 8;

  private record Rest(int refusals, Instant since, Instant until, String code) {}

  private final List<LaunchPool> pools;
  private final Map<LaunchPool, Rest> rests = new HashMap<>();
  private final Backoff rest;
  private final InstantSource clock;
  private final RandomGenerator random;

  /**
   * @param parameters all that a launch asks for besides its pool, in any form: part of the ids
   */
  LaunchPools(
      Ec2Settings settings, String parameters, InstantSource clock, RandomGenerator random) {
    this.pools = pools(settings, parameters);
    this.rest = new Backoff(settings.poolRest(), settings.poolRest().multipliedBy(LONGEST_REST));
    this.clock = clock;
    this.random = random;
  }

  private static List<LaunchPool> pools(Ec2Settings settings, String parameters) {
    List<String> subnets = settings.subnets().isEmpty() ? DEFAULT_SUBNET : settings.subnets();
    List<LaunchPool> pools = new ArrayList<>();
    for (Purchase purchase : settings.purchases()) {
      for (String type : settings.instanceTypes()) {
        for (String subnet : subnets) {
          String id = fingerprint(List.of(purchase.name(), type, subnet, parameters));
          pools.add(new LaunchPool(id, purchase, type, subnet));
        }
      }
    }
    return pools.stream().distinct().toList();
  }

  /** The pool that a launch's token names, if there is such a one. */
  Optional<LaunchPool> of(String clientToken) {
    return LaunchTokens.pool(clientToken)
        .flatMap(id -> pools.stream().filter(pool -> pool.id().equals(id)).findFirst());
  }

  /** Whether the pool was not refused lately. */
  synchronized boolean gives(LaunchPool pool) {
    return !rests(pool, clock.instant());
  }

  /** The pool to try next: the first that does not rest, else the one whose rest ends first. */
  synchronized LaunchPool next() {
    Instant now = clock.instant();
    return pools.stream()
        .filter(pool -> !rests(pool, now))
        .findFirst()
        .orElseGet(
            () ->
                pools.stream().min(Comparator.comparing(p -> rests.get(p).until())).orElseThrow());
  }

  /**
   * EC2 has refused a launch: the pool rests, and all others that this concerns.
   *
   * @param calledAt when EC2 was called; a call that was under way when a pool began to rest says
   *     nothing new about it
   * @return whether there is a pool that does not rest
   */
  synchronized boolean refused(
      LaunchPool refused, LaunchRefusal refusal, String code, Instant calledAt) {
    Instant now = clock.instant();
    for (LaunchPool pool : pools) {
      Rest before = rests.get(pool);
      boolean news = before == null || !calledAt.isBefore(before.since());
      if (news && refusal.concerns(refused, pool)) {
        int refusals = before == null ? 1 : before.refusals() + 1;
        Instant until = now.plus(rest.after(refusals, random.nextDouble()));
        rests.put(pool, new Rest(refusals, now, until, code));
      }
    }
    return pools.stream().anyMatch(pool -> !rests(pool, now));
  }

  /** A node was launched in the pool: it has something to give. */
  synchronized void launched(LaunchPool pool) {
    rests.remove(pool);
  }

  /** The pools that rest, each with the code of its latest refusal. */
  synchronized String resting() {
    Instant now = clock.instant();
    List<LaunchPool> resting = pools.stream().filter(pool -> rests(pool, now)).toList();
    String listed =
        resting.stream()
            .limit(MAX_LISTED)
            .map(pool -> pool.name() + ": " + rests.get(pool).code())
            .collect(Collectors.joining(", "));
    int more = resting.size() - MAX_LISTED;
    return more > 0 ? listed + " and " + more + " more" : listed;
  }

  private boolean rests(LaunchPool pool, Instant now) {
    Rest resting = rests.get(pool);
    return resting != null && now.isBefore(resting.until());
  }

  private static String fingerprint(List<String> parts) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256")
              .digest(String.join("\0", parts).getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash).substring(0, ID_LENGTH);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Every JDK has SHA-256", e);
    }
  }
}
