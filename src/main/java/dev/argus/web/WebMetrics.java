package dev.argus.web;

import dev.argus.protocol.Answer;
import dev.argus.protocol.BootStage;
import dev.argus.protocol.ClassifyReply;
import dev.argus.protocol.NodeEvent;
import dev.argus.protocol.NodeReport;
import dev.argus.protocol.Problem;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;

/**
 * What the web tier counts; docs/metrics.md lists it. What can be named beforehand is there at zero
 * from the start, for a counter that appears with its first event hides that event from rates.
 */
final class WebMetrics {
  private static final String DEAD_LETTERS = "argus.dead.letters";
  private static final String RECOGNISED = "recognised";

  /** What app nodes answer with when a photo cannot be recognised. */
  private static final List<Problem.Kind> ANSWERS =
      List.of(
          Problem.Kind.UNSUPPORTED_TYPE,
          Problem.Kind.UNDECODABLE,
          Problem.Kind.TOO_MANY_PIXELS,
          Problem.Kind.DEAD_LETTERED);

  /** Why photos are most often not accepted. */
  private static final List<Problem.Kind> REFUSALS =
      List.of(
          Problem.Kind.UNSUPPORTED_TYPE,
          Problem.Kind.UNDECODABLE,
          Problem.Kind.TOO_LARGE,
          Problem.Kind.TOO_MANY_PIXELS,
          Problem.Kind.OVERLOADED,
          Problem.Kind.UNAVAILABLE);

  private final MeterRegistry registry;
  private final InstantSource clock;
  private final Counter duplicates;
  private final Counter unclaimed;
  private final Counter malformed;
  private final Counter swept;
  private final Counter deadLettersDrained;
  private final AtomicInteger deadLettersKept = new AtomicInteger();
  private final HttpMetrics http;
  private final Timer latency;
  private final Timer queued;
  private final Timer decode;
  private final Timer inference;
  private final Traffic traffic;
  private final Timer service;
  private final Timer start;
  private final DistributionSummary batchSizes;

  WebMetrics(MeterRegistry registry, InstantSource clock) {
    this.registry = registry;
    this.clock = clock;
    duplicates = counter("argus.replies.duplicate", "Replies to photos that had been answered");
    unclaimed = counter("argus.replies.unclaimed", "Replies to photos that others accepted");
    malformed = counter("argus.replies.malformed", "Response messages that make no sense");
    swept = counter("argus.photos.swept", "Photos that the sweep sent again");
    deadLettersDrained =
        counter("argus.dead.letters.drained", "Photos that were given up, and answered so");
    http = new HttpMetrics(registry);
    latency = histogram("argus.photos.latency", "From acceptance to answer");
    queued = histogram("argus.photos.queued", "From publishing to receiving");
    decode = histogram("argus.photos.decode", "From bytes to the network's input");
    inference = histogram("argus.photos.inference", "In the network");
    traffic = new Traffic(clock);
    service = histogram("argus.photos.service", "Decoding and the network together");
    start =
        Timer.builder("argus.nodes.start")
            .description("From the launch of an app node until it is ready")
            .serviceLevelObjectives(Histograms.BOOT)
            .register(registry);
    batchSizes =
        DistributionSummary.builder("argus.batches.photos")
            .description("Photos of a batch, when all have been received")
            .serviceLevelObjectives(Histograms.BATCH)
            .register(registry);
    answered(RECOGNISED);
    ANSWERS.forEach(kind -> answered(kind.label()));
    REFUSALS.forEach(kind -> photosRefused(kind.label()));
    Arrays.stream(Refusal.Reason.values()).forEach(this::refusals);
    Arrays.stream(NodeReport.State.values()).forEach(this::reports);
    Arrays.stream(NodeEvent.values()).forEach(this::events);
    Arrays.stream(BootStage.values()).forEach(this::stage);
  }

  HttpMetrics http() {
    return http;
  }

  private Counter counter(String name, String description, String... tags) {
    return Counter.builder(name).description(description).tags(tags).register(registry);
  }

  private Counter answered(String outcome) {
    return counter(
        "argus.photos.answered", "Answers of app nodes, by what became", "outcome", outcome);
  }

  private Counter photosRefused(String problem) {
    return counter(
        "argus.photos.refused", "Photos that were not accepted, by why", "problem", problem);
  }

  private Counter refusals(Refusal.Reason reason) {
    return counter("argus.refused", "Refused at the door, for a limit", "reason", tag(reason));
  }

  private Counter reports(NodeReport.State state) {
    return counter("argus.nodes.reports", "What app nodes said of themselves", "state", tag(state));
  }

  private Counter events(NodeEvent event) {
    return counter("argus.worker.events", "What app nodes counted", "event", tag(event));
  }

  private Timer stage(BootStage stage) {
    return Timer.builder("argus.nodes.boot")
        .description("How long a stage of an app node's boot took")
        .tag("stage", stage.label())
        .register(registry);
  }

  private Timer histogram(String name, String description) {
    return Timer.builder(name)
        .description(description)
        .serviceLevelObjectives(Histograms.PHOTO)
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

  /** Answers that go on for as long as there is something to tell. */
  void watchStreams(String of, IntSupplier open) {
    Gauge.builder("argus.streams.open", open, IntSupplier::getAsInt)
        .strongReference(true)
        .tag("of", of)
        .description("Open streams of events")
        .register(registry);
  }

  void watch(Readiness readiness) {
    Gauge.builder("argus.web.ready", readiness, Readiness::latest)
        .description("1 if this web node was ready when /readyz was asked for last, else 0")
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
    answered(outcome(answer.reply())).increment();
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
      service.record(answer.times().service());
    }
  }

  private static String outcome(ClassifyReply reply) {
    return reply instanceof ClassifyReply.Failed failed ? kind(failed.problem()) : RECOGNISED;
  }

  private static String kind(Problem problem) {
    return problem.kind().map(Problem.Kind::label).orElse(HttpMetrics.OTHER);
  }

  /** Counts a photo that was not accepted; alone or in a form, of which the others may be. */
  void photoRefused(Outcome outcome) {
    if (outcome instanceof Outcome.Refused refused) {
      photosRefused(kind(refused.problem())).increment();
      if (!refused.problem().is(Problem.Kind.OVERLOADED)
          && !refused.problem().is(Problem.Kind.RATE_LIMITED)) { // told by their limit
        traffic.error(Traffic.Place.REFUSED, lastPart(refused.problem().type()));
      }
    }
  }

  /** All photos of a batch's request are here. */
  void batchReceived(int photos) {
    batchSizes.record(photos);
  }

  /**
   * What an app node says of itself: its state, how long the stages of its boot took, and what it
   * counted since it said so last.
   */
  void reported(NodeReport report) {
    reports(report.state()).increment();
    if (report.state() == NodeReport.State.READY) {
      if (!report.sinceLaunch().isZero()) {
        start.record(report.sinceLaunch());
      }
      report.boot().forEach((stage, taken) -> stage(stage).record(taken));
    }
    report.events().forEach((event, count) -> events(event).increment(count));
  }

  private static String lastPart(String type) {
    return type.substring(type.lastIndexOf(':') + 1);
  }

  private static String tag(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  void refused(Refusal.Reason reason) {
    refusals(reason).increment();
    traffic.error(Traffic.Place.REFUSED, tag(reason));
  }

  void refused(int status) {
    counter(
            "argus.http.refused",
            "Answers with an error, by status",
            "status",
            Integer.toString(status))
        .increment();
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
