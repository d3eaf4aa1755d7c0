package dev.argus.web;

import dev.argus.tracing.Tracing;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import java.util.Set;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;

/**
 * The spans of HTTP requests, named and described as OpenTelemetry's semantic conventions for HTTP
 * servers say (https://opentelemetry.io/docs/specs/semconv/http/http-spans/).
 */
final class RequestSpans {
  /** Asked for again and again by those who watch. */
  private static final Set<String> UNTRACED = Set.of("/livez", "/readyz", "/metrics");

  private final Tracing tracing;
  private final String scheme;

  /**
   * @param secure whether requests come by HTTPS
   */
  RequestSpans(Tracing tracing, boolean secure) {
    this.tracing = tracing;
    this.scheme = secure ? "https" : "http";
  }

  /** Starts the span of a request; {@link #end} ends it. */
  Span start(HttpRequest request, String method, String route) {
    String path = request.getUri().path();
    if (!tracing.isOn() || UNTRACED.contains(path)) {
      return Span.getInvalid();
    }
    boolean known = !route.equals(HttpMetrics.OTHER);
    Span span =
        tracing.start(
            known ? method + " " + route : method, SpanKind.SERVER, TraceContext.of(request));
    if (known) {
      span.setAttribute("http.route", route);
    }
    return span.setAttribute("http.request.method", method)
        .setAttribute("url.path", path)
        .setAttribute("url.scheme", scheme);
  }

  /** The request as what it causes sees it: within its span. */
  static HttpRequest within(Span span, HttpRequest request) {
    return span.getSpanContext().isValid()
        ? request
            .removeHeader(Tracing.TRACEPARENT)
            .addHeader(RawHeader.create(Tracing.TRACEPARENT, Tracing.traceparent(span)))
        : request;
  }

  static void end(Span span, HttpResponse response) {
    int status = response.status().intValue();
    span.setAttribute("http.response.status_code", status);
    if (status >= 500) {
      span.setStatus(StatusCode.ERROR);
    }
    span.end();
  }
}
