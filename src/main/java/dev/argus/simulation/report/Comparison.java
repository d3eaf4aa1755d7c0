package dev.argus.simulation.report;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.argus.simulation.Clairvoyant;
import dev.argus.simulation.InvariantViolation;
import dev.argus.simulation.NodeKind;
import dev.argus.simulation.Simulation;
import dev.argus.simulation.SimulationReport;
import dev.argus.simulation.SimulationResult;
import dev.argus.simulation.SimulationSettings;
import dev.argus.simulation.rivals.Controls;
import dev.argus.traffic.Arrivals;
import dev.argus.traffic.Family;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Runs of several policies against the same traffic, of several families and seeds each.
 *
 * @param settings of all runs
 * @param policies as {@link Controls} names them; the first is the one that is judged
 * @param rate photos a second, on average
 * @param faults the name of the settings' faults
 */
public record Comparison(
    SimulationSettings settings,
    List<String> policies,
    List<Family> families,
    List<Long> seeds,
    double rate,
    String faults) {

  public Comparison {
    policies = policies.stream().distinct().toList();
    families = families.stream().distinct().toList();
    seeds = List.copyOf(seeds);
    for (String policy : policies) {
      if (!Controls.names().contains(policy)) {
        throw new IllegalArgumentException(
            "--policies: expected some of %s, found '%s'"
                .formatted(String.join(", ", Controls.names()), policy));
      }
    }
    for (Family family : families) {
      family.arrivals(rate, settings.length()); // throws now, not in the midst of the runs
    }
  }

  /**
   * Whether the gate can be judged.
   *
   * @throws IllegalArgumentException if not
   */
  public void check(Gate gate) {
    if (policies.size() == 1 && gate.limits().containsKey(Figure.RIVAL_RATIO.field())) {
      throw new IllegalArgumentException(
          "--gate %s: expected two policies at least, found one"
              .formatted(Figure.RIVAL_RATIO.field()));
    }
  }

  /** How many runs there are. */
  public int size() {
    return policies.size() * families.size() * seeds.size();
  }

  /**
   * All runs, on so many threads at once. What comes of them does not depend on the threads. Of
   * each run its numbers are kept, some kB; while it goes on it takes what a {@link Simulation}
   * does, and a {@link Clairvoyant} some hundred MB at most.
   *
   * @param done is told of each run that is over, on any thread
   * @throws InvariantViolation if a run broke a rule that must hold all along
   */
  public ComparisonReport run(int threads, Runnable done) {
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      List<CompletableFuture<ObjectNode>> runs = new ArrayList<>();
      for (Family family : families) {
        Arrivals arrivals = family.arrivals(rate, settings.length());
        for (long seed : seeds) {
          CompletableFuture<Optional<Clairvoyant>> clairvoyant =
              CompletableFuture.supplyAsync(() -> Clairvoyant.of(settings, arrivals, seed), pool);
          for (String policy : policies) {
            runs.add(
                clairvoyant.thenApplyAsync(
                    it -> {
                      ObjectNode run = run(policy, family, arrivals, seed, it);
                      done.run();
                      return run;
                    },
                    pool));
          }
        }
      }
      return new ComparisonReport(this, runs.stream().map(CompletableFuture::join).toList());
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    } finally {
      pool.shutdownNow();
    }
  }

  private ObjectNode run(
      String policy,
      Family family,
      Arrivals arrivals,
      long seed,
      Optional<Clairvoyant> clairvoyant) {
    SimulationResult result;
    try {
      result =
          Simulation.run(
              settings,
              Controls.named(policy, settings.argus(), Optional.of(family)),
              arrivals,
              seed);
    } catch (InvariantViolation e) {
      throw e.seenAgainBy(
          "argus simulate --family %s --policy %s --replay %d, with the options of compare"
              .formatted(family, policy, seed));
    }
    return new SimulationReport(
            family.toString(),
            seed,
            rate,
            policy,
            faults,
            NodeKind.MODEL,
            settings,
            result,
            clairvoyant)
        .toJson();
  }
}
