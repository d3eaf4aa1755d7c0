package dev.argus.web;

import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpRequest;

/** The W3C trace context of a request: passed on as it came, if it is well formed. */
final class TraceContext {
  private static final Pattern TRACEPARENT =
      Pattern.compile("[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}");

  private TraceContext() {}

  static Optional<String> of(HttpRequest request) {
    return request
        .getHeader("traceparent")
        .map(HttpHeader::value)
        .filter(value -> TRACEPARENT.matcher(value).matches());
  }
}
