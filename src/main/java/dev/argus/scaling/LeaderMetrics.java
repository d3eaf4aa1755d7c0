package dev.argus.scaling;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/** Who leads, as this web node sees it. */
final class LeaderMetrics {
  private final AtomicLong generation = new AtomicLong();
  private final Counter takeovers;

  /**
   * @param leads whether this web node leads now
   */
  LeaderMetrics(MeterRegistry registry, BooleanSupplier leads) {
    Gauge.builder("argus.leader", () -> leads.getAsBoolean() ? 1 : 0)
        .description("1 on the web node that scales, sweeps and answers dead letters, else 0")
        .register(registry);
    Gauge.builder("argus.leader.generation", generation, AtomicLong::get)
        .description("The latest generation of leaders that this web node knows of")
        .register(registry);
    takeovers =
        Counter.builder("argus.leader.takeovers")
            .description("How often this web node took the lead")
            .register(registry);
  }

  void knows(long latest) {
    generation.set(latest);
  }

  void tookOver() {
    takeovers.increment();
  }
}
