package dev.argus.web;

import dev.argus.ports.Completions;
import dev.argus.ports.OverloadException;
import dev.argus.protocol.PhotoException;
import dev.argus.protocol.Problem;
import io.opentelemetry.api.trace.Span;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.Connection;
import org.apache.pekko.http.scaladsl.model.EntityStreamException;
import org.apache.pekko.http.scaladsl.model.IllegalRequestException;
import org.apache.pekko.http.scaladsl.model.ParsingException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What holds for every answer, whoever gives it: a failure becomes a problem that the client can
 * read, requests are counted and traced, and the security headers are there.
 */
final class EveryAnswer implements RequestHandler {
  private static final Logger LOG = LoggerFactory.getLogger(EveryAnswer.class);

  private final RequestHandler handler;
  private final Entrance entrance;
  private final Responses responses;
  private final WebMetrics metrics;
  private final RequestSpans spans;

  /**
   * @param handler gives the answers
   */
  EveryAnswer(
      RequestHandler handler,
      Entrance entrance,
      Responses responses,
      WebMetrics metrics,
      RequestSpans spans) {
    this.spans = spans;
    this.handler = handler;
    this.entrance = entrance;
    this.responses = responses;
    this.metrics = metrics;
  }

  /** Never fails. */
  @Override
  public CompletionStage<HttpResponse> handle(HttpRequest request, Client client) {
    boolean asText = Responses.wantsText(request);
    String what = request.method().name() + " " + request.getUri().path();
    HttpMetrics.Request counted = metrics.http().began(request);
    Span span = spans.start(request, counted.method(), counted.route());
    CompletionStage<HttpResponse> response;
    try {
      response = handler.handle(RequestSpans.within(span, request), client);
    } catch (RuntimeException e) {
      response = CompletableFuture.failedFuture(e);
    }
    // Not the request itself: a small photo is a part of it, and waits are long.
    return response
        .exceptionally(failure -> problem(what, failure, asText))
        .thenApply(
            answer -> {
              counted.answered(answer);
              RequestSpans.end(span, answer);
              return entrance.secured(count(answer));
            });
  }

  private HttpResponse problem(String what, Throwable failure, boolean asText) {
    Throwable cause = Completions.cause(failure);
    if (cause instanceof PhotoException bad) {
      return responses.problem(bad.problem(), asText);
    }
    if (cause instanceof BodyTimeoutException) {
      return responses
          .problem(Problem.Kind.TOO_SLOW.because(cause.getMessage()), asText)
          .addHeader(Connection.create("close"));
    }
    if (cause instanceof ParsingException
        || cause instanceof EntityStreamException
        || cause instanceof IllegalRequestException) {
      return responses.problem(
          Problem.Kind.BAD_REQUEST.because("The body cannot be read: " + cause.getMessage()),
          asText);
    }
    if (cause instanceof TimeoutException || cause instanceof OverloadException) {
      LOG.warn("{} was not answered in time: {}", what, cause.toString());
      return responses.problem(
          Problem.Kind.UNAVAILABLE.because("Try again later: " + cause.getMessage()), asText);
    }
    LOG.error("{} failed", what, cause);
    return responses.problem(
        Problem.Kind.INTERNAL.because("The log of the web node says more."), asText);
  }

  private HttpResponse count(HttpResponse response) {
    if (response.status().intValue() >= 400) {
      metrics.refused(response.status().intValue());
    }
    return response;
  }
}
