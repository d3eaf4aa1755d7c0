package dev.argus.scaling;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What the controller counts: {@code argus.scaling.decisions} by verdict, {@code
 * argus.scaling.launches} by outcome, {@code argus.scaling.nodes} and {@code argus.queue.messages}
 * by state, 0 where this web node does not lead.
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
  private final AtomicInteger visible;
  private final AtomicInteger inFlight;

  ScalingMetrics(MeterRegistry registry) {
    this.registry = registry;
    this.ready = nodes("ready");
    this.booting = nodes("booting");
    this.unseen = nodes("unseen");
    this.leaving = nodes("leaving");
    this.overdue = nodes("overdue");
    this.visible = messages("waiting");
    this.inFlight = messages("in-flight");
    Arrays.stream(Decision.Verdict.values()).forEach(this::decisions);
    Arrays.stream(Outcome.values()).forEach(this::launches);
  }

  void decided(Decision decision) {
    decisions(decision.verdict()).increment();
    decision.observation().ifPresent(this::observed);
  }

  void launched(Outcome outcome) {
    launches(outcome).increment();
  }

  private Counter decisions(Decision.Verdict verdict) {
    return Counter.builder("argus.scaling.decisions")
        .description("Decisions of the controller")
        .tag("verdict", tag(verdict))
        .register(registry);
  }

  private Counter launches(Outcome outcome) {
    return Counter.builder("argus.scaling.launches")
        .description("What became of launches of app nodes")
        .tag("outcome", tag(outcome))
        .register(registry);
  }

  /** The nodes are counted elsewhere from now on. */
  void nothingObserved() {
    List.of(ready, booting, unseen, leaving, overdue, visible, inFlight)
        .forEach(number -> number.set(0));
  }

  private void observed(Observation observation) {
    ready.set(observation.ready());
    booting.set(observation.booting().size());
    unseen.set(observation.unseen().size());
    leaving.set(observation.leaving());
    overdue.set(observation.overdue());
    visible.set(observation.visible());
    inFlight.set(observation.inFlight());
  }

  private AtomicInteger nodes(String state) {
    return shown("argus.scaling.nodes", "App nodes, by what they are good for", state);
  }

  private AtomicInteger messages(String state) {
    return shown(
        "argus.queue.messages", "Messages of the request queue, as SQS counts them", state);
  }

  private AtomicInteger shown(String name, String description, String state) {
    // The registry refers to the number only weakly: the field keeps it.
    AtomicInteger number = new AtomicInteger();
    Gauge.builder(name, number, AtomicInteger::doubleValue)
        .tag("state", state)
        .description(description)
        .register(registry);
    return number;
  }

  private static String tag(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
