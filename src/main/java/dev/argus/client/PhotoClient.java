package dev.argus.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.argus.client.Outcome.Answered;
import dev.argus.client.Outcome.Broken;
import dev.argus.client.Outcome.Rejected;
import dev.argus.client.Outcome.Result;
import dev.argus.protocol.Codec;
import dev.argus.protocol.MalformedMessageException;
import java.net.ConnectException;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import org.apache.pekko.actor.ClassicActorSystemProvider;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.Date;
import org.apache.pekko.http.javadsl.model.headers.HttpCredentials;
import org.apache.pekko.http.javadsl.model.headers.RetryAfter;
import org.apache.pekko.pattern.Patterns;
import org.apache.pekko.stream.scaladsl.TcpIdleTimeoutException;

/** Sends one photo until it is answered, or until there is no use in sending it again. */
final class PhotoClient {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long MAX_REPLY_BYTES = 1 << 20;

  /** The wait that a refusal without Retry-After is worth. */
  private static final Duration DEFAULT_WAIT = Duration.ofSeconds(1);

  private final ClassicActorSystemProvider system;
  private final RequestPool pool;
  private final LoadSettings settings;
  private final URI target;
  private final LongSupplier nanoTime;

  PhotoClient(
      ClassicActorSystemProvider system,
      RequestPool pool,
      LoadSettings settings,
      LongSupplier nanoTime) {
    this.system = system;
    this.pool = pool;
    this.settings = settings;
    this.target = settings.target();
    this.nanoTime = nanoTime;
  }

  /** Never fails: whatever goes wrong is an outcome too. */
  CompletionStage<Outcome> recognise(Photo photo) {
    return attempt(photo, nanoTime.getAsLong(), 0);
  }

  private CompletionStage<Outcome> attempt(Photo photo, long begin, int retries) {
    return pool.send(authorised(photo.upload(target)))
        .thenCompose(
            response ->
                body(response).thenCompose(body -> next(photo, begin, retries, response, body)))
        .exceptionally(error -> outcome(photo, new Broken(describe(error)), retries, begin));
  }

  private HttpRequest authorised(HttpRequest request) {
    return settings
        .token()
        .map(
            token ->
                request.addCredentials(HttpCredentials.createOAuth2BearerToken(token.reveal())))
        .orElse(request);
  }

  private CompletionStage<Outcome> next(
      Photo photo, long begin, int retries, HttpResponse response, String body) {
    if (isRefusal(response) && retries < settings.maxRetries()) {
      return Patterns.after(waitOf(response), system, () -> attempt(photo, begin, retries + 1));
    }
    Result result = result(response.status().intValue(), body);
    return CompletableFuture.completedFuture(outcome(photo, result, retries, begin));
  }

  private CompletionStage<String> body(HttpResponse response) {
    return response
        .entity()
        .toStrict(settings.requestTimeout().toMillis(), MAX_REPLY_BYTES, system)
        .thenApply(strict -> strict.getData().utf8String());
  }

  private Outcome outcome(Photo photo, Result result, int retries, long begin) {
    return new Outcome(photo, result, retries, Duration.ofNanos(nanoTime.getAsLong() - begin));
  }

  private static boolean isRefusal(HttpResponse response) {
    int status = response.status().intValue();
    return status == 429 || status == 503;
  }

  private Duration waitOf(HttpResponse response) {
    Duration asked =
        response.getHeader(RetryAfter.class).flatMap(r -> delay(r, response)).orElse(DEFAULT_WAIT);
    return asked.compareTo(settings.maxRetryWait()) < 0 ? asked : settings.maxRetryWait();
  }

  /**
   * Seconds, or a date, which is taken by the server's own clock. Pekko also reads {@code
   * Retry-After: 0} as a date, one long past.
   */
  private static Optional<Duration> delay(RetryAfter retryAfter, HttpResponse response) {
    if (retryAfter.getDelaySeconds().isPresent()) {
      return retryAfter.getDelaySeconds().map(Duration::ofSeconds);
    }
    return retryAfter
        .getDateTime()
        .flatMap(
            then ->
                response
                    .getHeader(Date.class)
                    .map(now -> Math.max(0, then.clicks() - now.date().clicks())))
        .map(Duration::ofMillis);
  }

  private static Result result(int status, String body) {
    if (status != 200) {
      return new Rejected(status, title(body));
    }
    try {
      return new Answered(Codec.replyFromJson(body));
    } catch (MalformedMessageException e) {
      return new Rejected(status, "an answer that cannot be read");
    }
  }

  /** The title of a problem is the same for every occurrence, so that it can be counted. */
  private static String title(String body) {
    try {
      return JSON.readTree(body).path("title").asText("no reason given");
    } catch (JsonProcessingException e) {
      return "no reason given";
    }
  }

  private String describe(Throwable error) {
    Throwable cause = error;
    while (cause.getCause() != null && !(cause instanceof ConnectException)) {
      cause = cause.getCause();
    }
    if (cause instanceof ConnectException) {
      return "cannot connect to " + settings.url() + ": " + cause.getMessage();
    }
    if (cause instanceof TcpIdleTimeoutException) {
      return "no answer within " + settings.requestTimeout().toMillis() / 1000.0 + " s";
    }
    String message = cause.getMessage();
    return "the connection broke: " + (message == null ? cause.toString() : message);
  }
}
