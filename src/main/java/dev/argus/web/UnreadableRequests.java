package dev.argus.web;

import dev.argus.protocol.Codec;
import dev.argus.protocol.Problem;
import java.nio.charset.StandardCharsets;
import org.apache.pekko.event.LoggingAdapter;
import org.apache.pekko.http.DefaultParsingErrorHandler$;
import org.apache.pekko.http.ParsingErrorHandler;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.scaladsl.model.ErrorInfo;
import org.apache.pekko.http.scaladsl.model.StatusCode;
import org.apache.pekko.http.scaladsl.settings.ServerSettings;

/**
 * Answers requests that the HTTP server cannot read as such: the same problem JSON and security
 * headers as of every other answer, and the log and status of the server's own handler.
 *
 * <p>The server makes it, by the name in {@code pekko.http.server.parsing.error-handler}.
 */
public final class UnreadableRequests extends ParsingErrorHandler {
  /** Where Pekko looks for it, as if it were a Scala object. */
  public static final UnreadableRequests MODULE$ = new UnreadableRequests();

  private static final SecurityHeaders HEADERS = new SecurityHeaders(false);

  private UnreadableRequests() {}

  @Override
  public HttpResponse handle(
      StatusCode status, ErrorInfo error, LoggingAdapter log, ServerSettings settings) {
    Problem problem =
        status.intValue() == Problem.Kind.BAD_REQUEST.status()
            ? Problem.Kind.BAD_REQUEST.because(error.summary())
            : new Problem("about:blank", status.reason(), status.intValue(), error.summary());
    HttpResponse usual = DefaultParsingErrorHandler$.MODULE$.handle(status, error, log, settings);
    return HEADERS.addTo(
        usual.withEntity(
            HttpEntities.create(
                Responses.PROBLEM_JSON,
                Codec.toJsonNode(problem).toString().getBytes(StandardCharsets.UTF_8))));
  }
}
