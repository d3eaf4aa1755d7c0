package dev.argus.web;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.function.ToLongFunction;

/**
 * The ledger as metrics, read once for each scrape: its equation holds in every one of them, not
 * only on average.
 */
final class LedgerMetrics {
  private final PrometheusMeterRegistry registry;
  private final Ledger ledger;
  private Ledger.Counts shown;

  LedgerMetrics(PrometheusMeterRegistry registry, Ledger ledger) {
    this.registry = registry;
    this.ledger = ledger;
    this.shown = ledger.counts();
    show("accepted", Ledger.Counts::accepted);
    show("answered", Ledger.Counts::answered);
    show("failed", Ledger.Counts::failed);
    show("dead_lettered", Ledger.Counts::deadLettered);
    show("pending", Ledger.Counts::pending);
  }

  private void show(String state, ToLongFunction<Ledger.Counts> count) {
    Gauge.builder("argus.ledger.photos", this, metrics -> count.applyAsLong(metrics.shown()))
        .description(
            "Photos that this process accepted, by state: accepted = answered + failed +"
                + " dead_lettered + pending")
        .tag("state", state)
        .register(registry);
  }

  private synchronized Ledger.Counts shown() {
    return shown;
  }

  /** All metrics of the registry as Prometheus text. */
  synchronized String scrape() {
    shown = ledger.counts();
    return registry.scrape();
  }
}
