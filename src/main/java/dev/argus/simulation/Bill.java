package dev.argus.simulation;

import java.util.Locale;
import java.util.Optional;

/** The bill of a run anew, from when instances were launched and ended. */
final class Bill implements Observer {
  private static final double SECOND = 1e9;

  private final VirtualTime time;
  private final Price price;
  private long launches;
  private long seconds;
  private double lived;
  private double cost;
  private double onDemand;

  Bill(VirtualTime time, Price price) {
    this.time = time;
    this.price = price;
  }

  @Override
  public void launched(Instance instance) {
    launches++;
  }

  @Override
  public void ended(Instance instance) {
    double life = (time.nanos() - instance.launchedNanos()) / SECOND;
    long billed = Math.max(Instance.MIN_BILLED_SECONDS, (long) Math.ceil(life));
    lived += life;
    seconds += billed;
    cost += price.of(instance.launchedNanos(), billed);
    onDemand += billed / 3600.0 * price.onDemand();
  }

  long seconds() {
    return seconds;
  }

  double cost() {
    return cost;
  }

  /** What cannot be true of the sums, if anything is not. */
  Optional<String> contradiction(SimulationResult result) {
    if (result.launches() != launches) {
      return Optional.of(
          "%d launches are told, and %d were".formatted(result.launches(), launches));
    }
    if (seconds < lived - 1e-6 * Math.max(1, lived)
        || seconds > lived + Instance.MIN_BILLED_SECONDS * launches) {
      return Optional.of(
          String.format(
              Locale.ROOT,
              "%d instance seconds are billed for %d instances that lived for %.1f s",
              seconds,
              launches,
              lived));
    }
    if (!price.isSpot() && Math.abs(cost - onDemand) > 1e-9 * Math.max(1, onDemand)) {
      return Optional.of(
          String.format(
              Locale.ROOT, "on demand, %d s cost %.9f USD, not %.9f", seconds, onDemand, cost));
    }
    if (!(result.idleFraction() >= 0 && result.idleFraction() <= 1)) {
      return Optional.of("the idle share of the bill is " + result.idleFraction());
    }
    return Optional.empty();
  }
}
