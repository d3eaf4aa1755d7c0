package dev.argus.costs;

import dev.argus.protocol.BilledRequest;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.function.Supplier;

/**
 * What was used and what it costs since this process started, as Prometheus counters: {@code
 * argus.sqs.requests.billed} by action, {@code argus.s3.requests} by class, {@code
 * argus.instance.seconds} by type and purchase, {@code argus.cost.usd} by part.
 */
final class CostMetrics {
  private static final String COST = "argus.cost.usd";
  private static final String COST_DESCRIPTION =
      "Estimated cost in USD, by the prices in argus.prices";
  private static final String PART = "part";

  private final MeterRegistry registry;
  private final Bill bill;
  private final Supplier<Map<BilledRequest, Long>> requests;

  /**
   * @param requests counted since the process started; asked for at each scrape
   */
  CostMetrics(MeterRegistry registry, Bill bill, Supplier<Map<BilledRequest, Long>> requests) {
    this.registry = registry;
    this.bill = bill;
    this.requests = requests;
    for (BilledRequest kind : BilledRequest.values()) {
      FunctionCounter.builder(
              kind.isSqs() ? "argus.sqs.requests.billed" : "argus.s3.requests",
              this,
              metrics -> metrics.requests.get().getOrDefault(kind, 0L))
          .tag(kind.isSqs() ? "action" : "class", kind.kind())
          .description("Requests as AWS bills them, of this web node and of app nodes it hears")
          .register(registry);
    }
    showCost("sqs", true);
    showCost("s3", false);
  }

  private void showCost(String part, boolean sqs) {
    FunctionCounter.builder(COST, this, metrics -> metrics.bill.of(metrics.requests.get(), sqs))
        .tag(PART, part)
        .description(COST_DESCRIPTION)
        .register(registry);
  }

  /** Instances of this kind ran so much longer. */
  void ran(InstanceKind kind, long seconds) {
    Counter.builder("argus.instance.seconds")
        .tag("type", kind.type())
        .tag("purchase", kind.purchase())
        .description("Seconds that instances ran, as EC2 bills them")
        .register(registry)
        .increment(seconds);
    cost("instances", bill.of(kind, seconds));
    cost("volumes", bill.ofVolumes(seconds));
    cost("public-addresses", bill.ofPublicAddresses(seconds));
  }

  private void cost(String part, double usd) {
    Counter.builder(COST)
        .tag(PART, part)
        .description(COST_DESCRIPTION)
        .register(registry)
        .increment(usd);
  }
}
