package dev.argus.web;

import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.distribution.ValueAtPercentile;
import io.micrometer.core.instrument.simple.SimpleConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;

/**
 * What people who watch this web node want to know and Prometheus would compute from histograms:
 * latency percentiles over the last minute, and what went wrong, by class. Thread-safe.
 */
final class Traffic {
  /** What latency percentiles are over. */
  static final Duration WINDOW = Duration.ofSeconds(60);

  /** The window moves in so many steps. */
  private static final int STEPS = 6;

  /** Of classes of errors; those past it are counted as one. There are some thirty. */
  private static final int MAX_CLASSES = 64;

  private static final double[] PERCENTILES = {0.5, 0.95, 0.99};

  /** Where something went wrong. */
  enum Place {
    /** At the door: the photo was not taken. */
    REFUSED,
    /** The photo was taken, and its answer is that it failed. */
    FAILED,
    /** The answer to a request had a status of 400 or more; refused photos are among them. */
    STATUS
  }

  /**
   * A class of errors.
   *
   * @param name short, for people: a limit, a kind of problem, a status
   */
  record ErrorClass(Place place, String name) implements Comparable<ErrorClass> {
    @Override
    public int compareTo(ErrorClass other) {
      int places = place.compareTo(other.place);
      return places != 0 ? places : name.compareTo(other.name);
    }
  }

  /** From acceptance to answer, in milliseconds. */
  record Latency(double p50, double p95, double p99) {}

  private final Timer latency;
  private final LongAdder answered = new LongAdder();
  private final Map<ErrorClass, LongAdder> errors = new ConcurrentHashMap<>();

  Traffic(InstantSource clock) {
    // A registry of its own: percentiles of single web nodes cannot be added up by who scrapes.
    latency =
        Timer.builder("latency")
            .publishPercentiles(PERCENTILES)
            .percentilePrecision(2)
            .distributionStatisticExpiry(WINDOW)
            .distributionStatisticBufferLength(STEPS)
            .minimumExpectedValue(Duration.ofMillis(1))
            .maximumExpectedValue(Duration.ofHours(1))
            .register(new SimpleMeterRegistry(SimpleConfig.DEFAULT, micrometer(clock)));
  }

  private static Clock micrometer(InstantSource clock) {
    return new Clock() {
      @Override
      public long wallTime() {
        return clock.millis();
      }

      @Override
      public long monotonicTime() {
        return TimeUnit.MILLISECONDS.toNanos(clock.millis());
      }
    };
  }

  /** A photo has its answer. */
  void answered(Duration sinceAccepted) {
    latency.record(sinceAccepted);
    answered.increment();
  }

  void error(Place place, String name) {
    ErrorClass kind = new ErrorClass(place, name);
    boolean room = errors.size() < MAX_CLASSES || errors.containsKey(kind);
    errors
        .computeIfAbsent(room ? kind : new ErrorClass(place, "others"), any -> new LongAdder())
        .increment();
  }

  /** Photos answered since this web node started. */
  long answered() {
    return answered.sum();
  }

  /** Errors since this web node started, by class. */
  Map<ErrorClass, Long> errors() {
    return errors.entrySet().stream()
        .collect(
            Collectors.toMap(
                Map.Entry::getKey, entry -> entry.getValue().sum(), Long::sum, TreeMap::new));
  }

  /** Over {@link #WINDOW}; empty if no photo was answered in it. */
  Optional<Latency> latency() {
    ValueAtPercentile[] values = latency.takeSnapshot().percentileValues();
    double highest = values[2].value(TimeUnit.MILLISECONDS);
    return highest == 0
        ? Optional.empty()
        : Optional.of(
            new Latency(
                values[0].value(TimeUnit.MILLISECONDS),
                values[1].value(TimeUnit.MILLISECONDS),
                highest));
  }
}
