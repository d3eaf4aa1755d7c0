package dev.argus.simulation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;

/** What is counted and timed in a run; bounded however long it is. */
final class Measurements implements SimulatedFleet.Listener, ModelNode.Listener {
  private static final int MAX_BINS = 500;
  private static final int DIGITS = 3;
  private static final int BIN_DIGITS = 2;
  private static final double MICROS = 1e6;

  private final VirtualTime time;
  private final Price price;
  private final long deadlineMicros;
  private final long binNanos;
  private final Histogram latency;
  private final Histogram binLatency;
  private final List<Bin> bins = new ArrayList<>();
  private final Gauge waiting = new Gauge();
  private final Gauge booting = new Gauge();
  private final Gauge ready = new Gauge();
  private final Gauge working = new Gauge();
  private final Gauge leaving = new Gauge();
  private final Gauge paid = new Gauge();
  private long binEnd;
  private long binArrivals;
  private long binLate;
  private long binLaunches;
  private double binRoundedUp;
  private long photos;
  private long late;
  private long refused;
  private long launches;
  private long billedSeconds;
  private double cost;
  private double bootSeconds;
  private double workedSeconds;

  /**
   * @param limit when the run ends at the latest
   */
  Measurements(VirtualTime time, Price price, Duration deadline, Duration limit) {
    this.time = time;
    this.price = price;
    this.deadlineMicros = deadline.toNanos() / 1000;
    this.binNanos = 1_000_000_000L * (1 + limit.toSeconds() / MAX_BINS);
    this.binEnd = binNanos;
    long most = Math.max(2, limit.toNanos() / 1000);
    this.latency = new Histogram(1, most, DIGITS);
    this.binLatency = new Histogram(1, most, BIN_DIGITS);
  }

  /** A photo came. */
  void arrived() {
    turn();
    photos++;
    binArrivals++;
    waiting.add(time.nanos(), 1);
  }

  /** A photo has its answer. */
  void answered(long micros) {
    turn();
    waiting.add(time.nanos(), -1);
    latency.recordValue(Math.max(1, micros));
    binLatency.recordValue(Math.max(1, micros));
    if (micros > deadlineMicros) {
      late++;
      binLate++;
    }
  }

  /** A photo was not accepted, or its client had no answer. */
  void refused() {
    turn();
    waiting.add(time.nanos(), -1);
    refused++;
  }

  /** Photos that wait. */
  long waiting() {
    return waiting.value();
  }

  @Override
  public void launched(Instance instance) {
    turn();
    launches++;
    binLaunches++;
    booting.add(time.nanos(), 1);
    paid.add(time.nanos(), 1);
  }

  @Override
  public void booted(Instance instance) {
    turn();
    booting.add(time.nanos(), -1);
    ready.add(time.nanos(), 1);
    bootSeconds += (time.nanos() - instance.launchedNanos()) / 1e9;
  }

  @Override
  public void ended(Instance instance) {
    turn();
    long seconds = instance.billedSeconds(time.nanos());
    billedSeconds += seconds;
    binRoundedUp += seconds - (time.nanos() - instance.launchedNanos()) / 1e9;
    cost += price.of(instance.launchedNanos(), seconds);
    boolean wasReady = instance.machine() != Machine.NONE;
    (wasReady ? ready : booting).add(time.nanos(), -1);
    if (!wasReady) {
      bootSeconds += (time.nanos() - instance.launchedNanos()) / 1e9;
    }
    paid.add(time.nanos(), -1);
    leaving.add(time.nanos(), 1);
  }

  @Override
  public void gone(Instance instance) {
    turn();
    leaving.add(time.nanos(), -1);
  }

  @Override
  public void working(int more) {
    turn();
    working.add(time.nanos(), more);
  }

  @Override
  public void worked(long nanos) {
    workedSeconds += nanos / 1e9;
  }

  /** Ends the bins that are over. */
  private void turn() {
    while (time.nanos() >= binEnd) {
      bin(binEnd);
      binEnd += binNanos;
    }
  }

  private void bin(long end) {
    double busy = working.takeMean(end);
    bins.add(
        new Bin(
            Duration.ofNanos(binEnd - binNanos),
            binArrivals,
            binLatency.getTotalCount(),
            binLate,
            binLaunches,
            waiting.takeMean(end),
            booting.takeMean(end),
            Math.max(0, ready.takeMean(end) - busy),
            busy,
            leaving.takeMean(end),
            paid.takeMean(end) * (end - binEnd + binNanos) / 1e9 + binRoundedUp,
            binLatency.getValueAtPercentile(50) / MICROS,
            binLatency.getValueAtPercentile(95) / MICROS,
            binLatency.getMaxValue() / MICROS));
    binArrivals = 0;
    binLate = 0;
    binLaunches = 0;
    binRoundedUp = 0;
    binLatency.reset();
  }

  /** All of it, now that the run is over; no node is left. */
  SimulationResult result(int parallelism, Control control) {
    turn();
    long from = binEnd - binNanos;
    if (time.nanos() > from || binRoundedUp > 0) {
      bin(time.nanos());
    }
    double busy = workedSeconds / parallelism;
    return new SimulationResult(
        photos,
        latency,
        late + refused + waiting.value(),
        refused + waiting.value(),
        launches,
        billedSeconds,
        cost,
        (int) paid.most(),
        billedSeconds == 0 ? 0 : Math.max(0, 1 - (bootSeconds + busy) / billedSeconds),
        Duration.ofNanos(time.nanos()),
        bins,
        control.decisions());
  }
}
