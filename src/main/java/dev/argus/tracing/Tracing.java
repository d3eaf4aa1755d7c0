package dev.argus.tracing;

import dev.argus.ports.Completions;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/** Makes the spans of photos. Thread-safe; while it is off it does nothing. */
public final class Tracing implements AutoCloseable {
  /** The W3C trace context: a header of HTTP requests, an attribute of messages. */
  public static final String TRACEPARENT = "traceparent";

  /** The key of a trace's id in logs. */
  public static final String TRACE_ID = "trace_id";

  private static final Pattern WELL_FORMED =
      Pattern.compile("[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}");
  private static final Tracing OFF = new Tracing(OpenTelemetry.noop(), false, () -> {});
  private static final W3CTraceContextPropagator W3C = W3CTraceContextPropagator.getInstance();
  private static final TextMapGetter<Map<String, String>> GETTER =
      new TextMapGetter<>() {
        @Override
        public Iterable<String> keys(Map<String, String> carrier) {
          return carrier.keySet();
        }

        @Override
        public String get(Map<String, String> carrier, String key) {
          return carrier == null ? null : carrier.get(key);
        }
      };

  private final Tracer tracer;
  private final boolean on;
  private final Runnable flush;

  private Tracing(OpenTelemetry telemetry, boolean on, Runnable flush) {
    this.tracer = telemetry.getTracer("dev.argus");
    this.on = on;
    this.flush = flush;
  }

  /** Makes no spans; contexts that come from outside are passed on as they came. */
  public static Tracing off() {
    return OFF;
  }

  /**
   * Makes spans, and hands them to this.
   *
   * @param flush sends what has not been sent yet; bounds its own time
   */
  public static Tracing with(OpenTelemetry telemetry, Runnable flush) {
    return new Tracing(telemetry, true, flush);
  }

  /** Nothing more comes: the last spans are sent. */
  @Override
  public void close() {
    flush.run();
  }

  public boolean isOn() {
    return on;
  }

  /**
   * Starts a span, which the caller ends.
   *
   * @param parent the context that it belongs to; empty begins a trace
   */
  public Span start(String name, SpanKind kind, Optional<String> parent) {
    return on ? builder(name, kind, parent).startSpan() : Span.getInvalid();
  }

  /** A span that takes as long as the call, if there is a trace that it belongs to. */
  public <T> CompletionStage<T> trace(
      String name, SpanKind kind, Optional<String> parent, Supplier<CompletionStage<T>> call) {
    if (!on || parent.isEmpty()) {
      return call.get();
    }
    Span span = start(name, kind, parent);
    return Completions.attempt(call::get).whenComplete((done, failure) -> end(span, failure));
  }

  /** A span of something that is over. */
  public void record(String name, Optional<String> parent, Instant end, Duration taken) {
    if (on && parent.isPresent()) {
      builder(name, SpanKind.INTERNAL, parent)
          .setStartTimestamp(end.minus(taken))
          .startSpan()
          .end(end);
    }
  }

  private SpanBuilder builder(String name, SpanKind kind, Optional<String> parent) {
    Context context =
        parent
            .map(value -> W3C.extract(Context.root(), Map.of(TRACEPARENT, value), GETTER))
            .orElse(Context.root());
    return tracer.spanBuilder(name).setSpanKind(kind).setParent(context);
  }

  /** Ends a span, as an error if there was a failure. */
  static void end(Span span, Throwable failure) {
    if (failure != null) {
      Throwable cause = Completions.cause(failure);
      span.setStatus(StatusCode.ERROR, cause.toString());
      span.setAttribute("error.type", cause.getClass().getName());
    }
    span.end();
  }

  /** The context of a span, for what is a part of it. */
  public static String traceparent(Span span) {
    Map<String, String> carrier = new HashMap<>();
    W3C.inject(Context.root().with(span), carrier, (map, name, value) -> map.put(name, value));
    return carrier.get(TRACEPARENT);
  }

  /** The id of the trace of a well-formed context. */
  private static String traceId(String traceparent) {
    return traceparent.split("-", 3)[1];
  }

  /** A line for the log that has the trace's id, if there is one. */
  public static LoggingEventBuilder log(Logger log, Level level, Optional<String> traceparent) {
    LoggingEventBuilder line = log.atLevel(level);
    return traceparent
        .filter(context -> WELL_FORMED.matcher(context).matches()) // messages come from outside
        .map(context -> line.addKeyValue(TRACE_ID, traceId(context)))
        .orElse(line);
  }
}
