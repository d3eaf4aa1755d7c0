package dev.argus.web;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;

/**
 * The ledger as metrics, read once for each scrape: its equation holds in every one of them, not
 * only on average.
 */
final class LedgerMetrics {
  private final PrometheusMeterRegistry registry;
  private final Ledger ledger;
  private Ledger.Counts shown;
  private Duration oldestWait = Duration.ZERO;

  LedgerMetrics(PrometheusMeterRegistry registry, Ledger ledger) {
    this.registry = registry;
    this.ledger = ledger;
    this.shown = ledger.counts();
    show("accepted", Ledger.Counts::accepted);
    show("answered", Ledger.Counts::answered);
    show("failed", Ledger.Counts::failed);
    show("dead_lettered", Ledger.Counts::deadLettered);
    show("pending", Ledger.Counts::pending);
    TimeGauge.builder(
            "argus.ledger.oldest.pending",
            this,
            TimeUnit.MILLISECONDS,
            metrics -> metrics.oldestWait().toMillis())
        .description("How long the oldest pending photo of this process has been waiting")
        .register(registry);
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

  private synchronized Duration oldestWait() {
    return oldestWait;
  }

  /** All metrics of the registry as Prometheus text. */
  synchronized String scrape() {
    shown = ledger.counts();
    oldestWait = ledger.oldestWait();
    return registry.scrape();
  }
}
