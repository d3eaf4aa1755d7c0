package dev.argus.web;

import dev.argus.protocol.Answer;
import dev.argus.protocol.ClassifyReply;
import dev.argus.protocol.NodeReport;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;

/** What the web tier counts. */
final class WebMetrics {
  private static final String DEAD_LETTERS = "argus.dead.letters";

  private final MeterRegistry registry;
  private final InstantSource clock;
  private final Counter duplicates;
  private final Counter unclaimed;
  private final Counter malformed;
  private final Counter swept;
  private final Counter deadLettersDrained;
  private final AtomicInteger deadLettersKept = new AtomicInteger();
  private final Timer latency;
  private final Timer queued;
  private final Timer decode;
  private final Timer inference;
  private final Traffic traffic;

  WebMetrics(MeterRegistry registry, InstantSource clock) {
    this.registry = registry;
    this.clock = clock;
    duplicates = counter("argus.replies.duplicate", "Replies to photos that had been answered");
    unclaimed = counter("argus.replies.unclaimed", "Replies to photos that others accepted");
    malformed = registry.counter("argus.replies.malformed");
    swept = registry.counter("argus.photos.swept");
    deadLettersDrained = registry.counter("argus.dead.letters.drained");
    latency = histogram("argus.photos.latency", "From acceptance to answer");
    queued = histogram("argus.photos.queued", "From publishing to receiving");
    decode = histogram("argus.photos.decode", "From bytes to the network's input");
    inference = histogram("argus.photos.inference", "In the network");
    traffic = new Traffic(clock);
  }

  private Counter counter(String name, String description) {
    return Counter.builder(name).description(description).register(registry);
  }

  private Timer histogram(String name, String description) {
    return Timer.builder(name)
        .description(description)
        .serviceLevelObjectives(
            Duration.ofMillis(5),
            Duration.ofMillis(10),
            Duration.ofMillis(25),
            Duration.ofMillis(50),
            Duration.ofMillis(100),
            Duration.ofMillis(250),
            Duration.ofMillis(500),
            Duration.ofSeconds(1),
            Duration.ofMillis(2500),
            Duration.ofSeconds(5),
            Duration.ofSeconds(10),
            Duration.ofSeconds(30),
            Duration.ofSeconds(60),
            Duration.ofSeconds(300))
        .register(registry);
  }

  void watch(Admission admission) {
    Gauge.builder("argus.photos.in.flight", admission, Admission::inFlight)
        .description("Admitted by this web node and not answered yet")
        .register(registry);
    Gauge.builder("argus.photos.arriving", admission, Admission::bodies)
        .description("Admitted by this web node, their bodies still arriving")
        .register(registry);
    Gauge.builder("argus.photos.waiting", admission, Admission::waiting)
        .description("Accepted by this web node and not answered yet")
        .register(registry);
    Gauge.builder("argus.photos.buffered", admission, Admission::bufferedBytes)
        .baseUnit("bytes")
        .description("Photos in memory")
        .register(registry);
  }

  void watch(Connections connections) {
    Gauge.builder("argus.http.connections", connections, Connections::open)
        .description("Open connections, those included that are only told to come later")
        .register(registry);
  }

  /** Shown only where and while they are counted. */
  void watchDeadLetters() {
    Gauge.builder(DEAD_LETTERS, deadLettersKept, AtomicInteger::get)
        .description("Dead letters kept for the operator, up to web.sweep.max-dead-letters-counted")
        .register(registry);
  }

  void forgetDeadLetters() {
    registry.find(DEAD_LETTERS).meters().forEach(registry::remove);
  }

  /** A reply came; how long it took is of interest only the first time. */
  void replied(Answer answer, Ledger.Arrival arrival) {
    if (arrival == Ledger.Arrival.DUPLICATE) {
      duplicates.increment();
      return;
    }
    if (arrival == Ledger.Arrival.UNCLAIMED) {
      unclaimed.increment();
    }
    Duration sinceAccepted = Duration.between(answer.reply().id().acceptedAt(), clock.instant());
    latency.record(sinceAccepted);
    traffic.answered(sinceAccepted);
    if (answer.reply() instanceof ClassifyReply.Failed failed) {
      traffic.error(Traffic.Place.FAILED, lastPart(failed.problem().type()));
    }
    queued.record(answer.times().queued());
    if (!answer.times().service().isZero()) {
      decode.record(answer.times().decode());
      inference.record(answer.times().inference());
    }
  }

  /**
   * What an app node says of itself: its state, how long the stages of its boot took, and what it
   * counted since it said so last.
   */
  void reported(NodeReport report) {
    registry.counter("argus.nodes.reports", "state", tag(report.state())).increment();
    if (report.state() == NodeReport.State.READY) {
      report
          .boot()
          .forEach(
              (stage, taken) ->
                  registry.timer("argus.nodes.boot", "stage", stage.label()).record(taken));
    }
    report
        .events()
        .forEach(
            (event, count) ->
                registry.counter("argus.worker.events", "event", tag(event)).increment(count));
  }

  private static String lastPart(String type) {
    return type.substring(type.lastIndexOf(':') + 1);
  }

  private static String tag(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  void refused(Refusal.Reason reason) {
    registry.counter("argus.refused", "reason", tag(reason)).increment();
    traffic.error(Traffic.Place.REFUSED, tag(reason));
  }

  void refused(int status) {
    registry.counter("argus.http.refused", "status", Integer.toString(status)).increment();
    traffic.error(Traffic.Place.STATUS, Integer.toString(status));
  }

  void malformed() {
    malformed.increment();
  }

  void swept() {
    swept.increment();
  }

  /** A photo was answered with its having been given up. */
  void deadLettered() {
    deadLettersDrained.increment();
  }

  /** How many dead letters there were when they were counted last. */
  int deadLettersKept() {
    return deadLettersKept.get();
  }

  /** What those see who watch. */
  Traffic traffic() {
    return traffic;
  }

  void deadLettersKept(int count) {
    deadLettersKept.set(count);
  }
}
