package dev.argus.scaling;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What the controller counts: {@code argus.scaling.decisions} by verdict, {@code
 * argus.scaling.launches} by outcome, {@code argus.scaling.nodes} by state, 0 where this web node
 * does not lead.
 */
final class ScalingMetrics {
  /** What became of a launch. */
  enum Outcome {
    /** EC2 took it. */
    ACCEPTED,
    /** Its pool had nothing to give, and it goes to another: not counted as failed. */
    MOVED,
    /** EC2 refused it, or could not be reached. */
    FAILED,
    /** The node did not get ready within the boot timeout. */
    NEVER_READY,
    /** The node said that it failed, or was gone before it had answered a photo. */
    DID_NOT_SERVE
  }

  private final MeterRegistry registry;
  private final AtomicInteger ready;
  private final AtomicInteger booting;
  private final AtomicInteger unseen;
  private final AtomicInteger leaving;
  private final AtomicInteger overdue;

  ScalingMetrics(MeterRegistry registry) {
    this.registry = registry;
    this.ready = nodes("ready");
    this.booting = nodes("booting");
    this.unseen = nodes("unseen");
    this.leaving = nodes("leaving");
    this.overdue = nodes("overdue");
  }

  void decided(Decision decision) {
    registry.counter("argus.scaling.decisions", "verdict", tag(decision.verdict())).increment();
    decision.observation().ifPresent(this::observed);
  }

  void launched(Outcome outcome) {
    registry.counter("argus.scaling.launches", "outcome", tag(outcome)).increment();
  }

  /** The nodes are counted elsewhere from now on. */
  void nothingObserved() {
    List.of(ready, booting, unseen, leaving, overdue).forEach(number -> number.set(0));
  }

  private void observed(Observation observation) {
    ready.set(observation.ready());
    booting.set(observation.booting().size());
    unseen.set(observation.unseen().size());
    leaving.set(observation.leaving());
    overdue.set(observation.overdue());
  }

  private AtomicInteger nodes(String state) {
    // The registry refers to the number only weakly: the field keeps it.
    AtomicInteger number = new AtomicInteger();
    Gauge.builder("argus.scaling.nodes", number, AtomicInteger::doubleValue)
        .tag("state", state)
        .description("app nodes, by what they are good for")
        .register(registry);
    return number;
  }

  private static String tag(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
