package dev.argus.web;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.argus.ports.Completions;
import dev.argus.ports.OverloadException;
import dev.argus.protocol.PhotoException;
import dev.argus.protocol.PhotoId;
import dev.argus.protocol.Problem;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.http.javadsl.model.ContentType;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.Connection;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.http.scaladsl.model.EntityStreamException;
import org.apache.pekko.http.scaladsl.model.IllegalRequestException;
import org.apache.pekko.http.scaladsl.model.ParsingException;
import org.apache.pekko.util.ByteString;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Every URL that the web tier answers, one line each. */
final class WebRoutes implements RequestHandler {
  private static final Logger LOG = LoggerFactory.getLogger(WebRoutes.class);
  private static final String IMAGES = "/v1/images";
  private static final String IMAGE = IMAGES + "/";
  private static final ContentType PROMETHEUS =
      ContentTypes.parse("text/plain; version=0.0.4; charset=utf-8");
  private static final Duration ASK_SLACK = Duration.ofSeconds(30);

  private final ActorSystem<?> system;
  private final UploadHandler uploads;
  private final RefusedBodies refusedBodies;
  private final ActorRef<RequestManager.Command> requests;
  private final ResultLookup lookup;
  private final Readiness readiness;
  private final Responses responses;
  private final DeadLetterRoutes deadLetters;
  private final WebMetrics metrics;
  private final StaticFiles pages;
  private final Entrance entrance;
  private final Supplier<String> metricsText;
  private final Supplier<String> decisionsJson;
  private final Duration maxWait;

  WebRoutes(
      ActorSystem<?> system,
      UploadHandler uploads,
      RefusedBodies refusedBodies,
      ActorRef<RequestManager.Command> requests,
      ResultLookup lookup,
      Readiness readiness,
      Responses responses,
      DeadLetterRoutes deadLetters,
      WebMetrics metrics,
      StaticFiles pages,
      Entrance entrance,
      Supplier<String> metricsText,
      Supplier<String> decisionsJson,
      Duration maxWait) {
    this.system = system;
    this.uploads = uploads;
    this.refusedBodies = refusedBodies;
    this.requests = requests;
    this.lookup = lookup;
    this.readiness = readiness;
    this.responses = responses;
    this.deadLetters = deadLetters;
    this.metrics = metrics;
    this.pages = pages;
    this.entrance = entrance;
    this.metricsText = metricsText;
    this.decisionsJson = decisionsJson;
    this.maxWait = maxWait;
  }

  @Override
  public CompletionStage<HttpResponse> handle(HttpRequest request, Client client) {
    boolean asText = Responses.wantsText(request);
    String what = request.method().name() + " " + request.getUri().path();
    CompletionStage<HttpResponse> response;
    try {
      response = route(request, client);
    } catch (RuntimeException e) {
      response = CompletableFuture.failedFuture(e);
    }
    // Not the request itself: a small photo is a part of it, and waits are long.
    return response
        .exceptionally(failure -> problem(what, failure, asText))
        .thenApply(answer -> entrance.secured(count(answer)));
  }

  private CompletionStage<HttpResponse> route(HttpRequest request, Client client) {
    String path = request.getUri().path();
    Access.Authorization authorization = entrance.check(request, path, client);
    return authorization instanceof Access.Refused refused
        ? refuse(request, refused)
        : route(request, path, client, ((Access.Granted) authorization).principal());
  }

  private CompletionStage<HttpResponse> route(
      HttpRequest request, String path, Client client, Principal principal) {
    if (DeadLetterRoutes.owns(path)) {
      return refusedBodies.pass(request).thenCompose(done -> deadLetters.handle(request));
    }
    return switch (request.method().name()) {
      case "POST" ->
          switch (path) {
            case "/" -> uploads.handle(request, client, principal, true);
            case IMAGES -> uploads.handle(request, client, principal, false);
            default -> unknown(request, path);
          };
      case "GET", "HEAD" ->
          refusedBodies
              .pass(request)
              .thenCompose(
                  done ->
                      switch (path) {
                        case "/livez" -> now(responses.text(200, "ok\n"));
                        case "/readyz" -> ready(entrance.trusts(principal));
                        case "/metrics" -> now(metrics());
                        case "/v1/scaling/decisions" -> now(decisions());
                        default ->
                            path.startsWith(IMAGE)
                                ? result(request, client, path.substring(IMAGE.length()))
                                : pages
                                    .get(path)
                                    .map(WebRoutes::now)
                                    .orElseGet(() -> unknown(request, path));
                      });
      default -> unknown(request, path);
    };
  }

  private CompletionStage<HttpResponse> result(HttpRequest request, Client client, String idText) {
    boolean asText = Responses.wantsText(request);
    Optional<PhotoId> id = PhotoId.parse(idText);
    if (id.isEmpty()) {
      return now(
          responses.problem(
              Problem.Kind.NOT_FOUND.because("That is not the id of a photo."), asText));
    }
    Preferences preferences = Preferences.of(request, maxWait);
    Optional<Duration> wait = preferences.patience().filter(w -> !w.isZero());
    CompletionStage<Outcome> outcome =
        wait.isPresent()
            ? AskPattern.ask(
                requests,
                replyTo -> new RequestManager.Await(id.get(), wait.get(), client.gone(), replyTo),
                wait.get().plus(ASK_SLACK),
                system.scheduler())
            : lookup
                .find(id.get())
                .exceptionally(
                    failure -> {
                      LOG.warn("the result of {} cannot be looked up", id.get(), failure);
                      return new Outcome.Refused(
                          Problem.Kind.UNAVAILABLE.because("The result cannot be looked up now."));
                    });
    return outcome.thenApply(found -> responses.result(found, preferences, asText));
  }

  private CompletionStage<HttpResponse> ready(boolean inFull) {
    return readiness
        .check()
        .thenApply(
            states -> {
              boolean ready = states.values().stream().allMatch(Readiness.OK::equals);
              ObjectNode body = JsonNodeFactory.instance.objectNode().put("ready", ready);
              ObjectNode checks = body.putObject("checks");
              for (Map.Entry<String, String> state : states.entrySet()) {
                boolean tell = inFull || state.getValue().equals(Readiness.OK);
                checks.put(state.getKey(), tell ? state.getValue() : Readiness.UNREACHABLE);
              }
              return responses.readiness(ready, body);
            });
  }

  private HttpResponse metrics() {
    return HttpResponse.create().withEntity(PROMETHEUS, ByteString.fromString(metricsText.get()));
  }

  private HttpResponse decisions() {
    return HttpResponse.create().withEntity(ContentTypes.APPLICATION_JSON, decisionsJson.get());
  }

  private CompletionStage<HttpResponse> unknown(HttpRequest request, String path) {
    boolean asText = Responses.wantsText(request);
    String method = request.method().name();
    HttpResponse response =
        allowedMethods(path)
            .map(
                allowed ->
                    responses
                        .problem(
                            Problem.Kind.METHOD_NOT_ALLOWED.because(
                                path + " takes " + allowed + ", found " + method + "."),
                            asText)
                        .addHeader(RawHeader.create("Allow", allowed)))
            .orElseGet(
                () ->
                    responses.problem(
                        Problem.Kind.NOT_FOUND.because("There is nothing at " + path + "."),
                        asText));
    return refusedBodies.pass(request).thenApply(done -> response);
  }

  private Optional<String> allowedMethods(String path) {
    return switch (path) {
      case "/" -> Optional.of("GET, HEAD, POST");
      case IMAGES -> Optional.of("POST");
      case "/livez", "/readyz", "/metrics", "/v1/scaling/decisions" -> Optional.of("GET, HEAD");
      default ->
          path.startsWith(IMAGE) || pages.get(path).isPresent()
              ? Optional.of("GET, HEAD")
              : Optional.empty();
    };
  }

  /** Headers are looked at first: what may not be done is not read. */
  private CompletionStage<HttpResponse> refuse(HttpRequest request, Access.Refused refused) {
    HttpResponse response = responses.problem(refused.problem(), Responses.wantsText(request));
    HttpResponse challenging =
        refused
            .challenge()
            .map(value -> response.addHeader(RawHeader.create("WWW-Authenticate", value)))
            .orElse(response);
    return refusedBodies.pass(request).thenApply(done -> challenging);
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

  private static CompletionStage<HttpResponse> now(HttpResponse response) {
    return CompletableFuture.completedFuture(response);
  }
}
