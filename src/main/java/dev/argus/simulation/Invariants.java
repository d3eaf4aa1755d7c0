package dev.argus.simulation;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What must hold all along a run; docs/invariants.md states each rule with its tolerance.
 *
 * <p>What happens is checked when it does, what lasts every second of virtual time. The first
 * violation is kept until {@link #check}, which the run calls whenever time could move on: thrown
 * where it is found, an actor would swallow it. A look takes time for the nodes, not for the
 * photos.
 */
final class Invariants {
  static final Duration LOOK = Duration.ofSeconds(1);

  /** Sums of the same numbers in another order. */
  private static final double ROUNDING = 1e-9;

  private final World world;
  private final long seed;
  private final Predicate<Boolean> productionLedger;
  private final PhotoRules photos;
  private final NodeRules nodes;
  private final Bill bill;
  private Optional<InvariantViolation> violation = Optional.empty();

  /**
   * @param productionLedger whether the web tier's own ledger holds, and is empty if so asked
   */
  Invariants(
      World world,
      Control control,
      SimulationSettings settings,
      Price price,
      long seed,
      Predicate<Boolean> productionLedger) {
    this.world = world;
    this.seed = seed;
    this.productionLedger = productionLedger;
    this.photos = new PhotoRules(world, control, settings, this::violated);
    this.nodes = new NodeRules(world, control, settings, this::violated);
    this.bill = new Bill(world.time(), price);
  }

  /** Begins to observe. */
  void start(Observers observers) {
    observers.add(photos);
    observers.add(nodes);
    observers.add(bill);
    lookLater();
  }

  private void lookLater() {
    world
        .time()
        .after(
            LOOK,
            () -> {
              look();
              lookLater();
            });
  }

  private void look() {
    photos.look();
    nodes.look();
    if (!productionLedger.test(false)) {
      violated("the web tier's own ledger does not hold");
    }
  }

  /** No photo comes any more. */
  void arrivalsAreOver() {
    photos.arrivalsAreOver();
  }

  private void violated(String what) {
    failed(what, Optional.empty());
  }

  /** Something failed that must not, for this cause if it is known. */
  void failed(String what, Optional<Throwable> cause) {
    if (violation.isEmpty()) {
      violation =
          Optional.of(
              new InvariantViolation(
                  what, seed, world.time().steps(), Duration.ofNanos(world.time().nanos()), cause));
    }
  }

  /**
   * Between two steps.
   *
   * @throws InvariantViolation if something was found
   */
  void check() {
    if (violation.isPresent()) {
      throw violation.get();
    }
  }

  /**
   * The run is over, and all its nodes were ended.
   *
   * @param drained whether it ended because nothing was left to do
   * @throws InvariantViolation if something is wrong
   */
  void checkEnd(SimulationResult result, boolean drained) {
    if (drained && !productionLedger.test(true)) {
      violated("all photos are answered, but not by the web tier's own ledger");
    }
    photos.checkEnd(result);
    if (result.billedInstanceSeconds() != bill.seconds()) {
      violated(
          "%d instance seconds are billed, and those of all instances are %d"
              .formatted(result.billedInstanceSeconds(), bill.seconds()));
    }
    if (Math.abs(result.cost() - bill.cost()) > ROUNDING * Math.max(1, bill.cost())) {
      violated(
          String.format(
              Locale.ROOT,
              "the run cost %.9f USD, and its instances %.9f USD",
              result.cost(),
              bill.cost()));
    }
    bill.contradiction(result).ifPresent(this::violated);
    check();
  }
}
