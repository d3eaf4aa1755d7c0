package dev.argus.web;

import dev.argus.protocol.Problem;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;

/** Every URL that the web tier answers, one line each, behind the {@link Entrance}. */
final class WebRoutes implements RequestHandler {
  private static final String IMAGES = "/v1/images";
  private static final String IMAGE = IMAGES + "/";

  private final Entrance entrance;
  private final RefusedBodies refusedBodies;
  private final UploadHandler uploads;
  private final ResultHandler results;
  private final StatusHandler status;
  private final DeadLetterRoutes deadLetters;
  private final BatchRoutes batches;
  private final StaticFiles pages;
  private final Responses responses;

  WebRoutes(
      Entrance entrance,
      RefusedBodies refusedBodies,
      UploadHandler uploads,
      ResultHandler results,
      StatusHandler status,
      DeadLetterRoutes deadLetters,
      BatchRoutes batches,
      StaticFiles pages,
      Responses responses) {
    this.entrance = entrance;
    this.refusedBodies = refusedBodies;
    this.uploads = uploads;
    this.results = results;
    this.status = status;
    this.deadLetters = deadLetters;
    this.batches = batches;
    this.pages = pages;
    this.responses = responses;
  }

  @Override
  public CompletionStage<HttpResponse> handle(HttpRequest request, Client client) {
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
    if (BatchRoutes.owns(path)) {
      return refusedBodies
          .pass(request)
          .thenCompose(done -> batches.handle(request, client, principal));
    }
    return switch (request.method().name()) {
      case "POST" ->
          switch (path) {
            case "/" -> uploads.handle(request, client, principal, true);
            case IMAGES -> uploads.handle(request, client, principal, false);
            default -> unknown(request, path);
          };
      case "GET", "HEAD" ->
          refusedBodies.pass(request).thenCompose(done -> get(request, path, client, principal));
      default -> unknown(request, path);
    };
  }

  private CompletionStage<HttpResponse> get(
      HttpRequest request, String path, Client client, Principal principal) {
    return switch (path) {
      case "/livez" -> now(status.live());
      case "/readyz" -> status.ready(principal);
      case "/metrics" -> now(status.metrics());
      case "/v1/costs" -> status.costs();
      case "/v1/scaling/decisions" -> now(status.decisions());
      default ->
          path.startsWith(IMAGE)
              ? results.handle(request, client, path.substring(IMAGE.length()))
              : pages.get(path).map(WebRoutes::now).orElseGet(() -> unknown(request, path));
    };
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
      case "/livez", "/readyz", "/metrics", "/v1/costs", "/v1/scaling/decisions" ->
          Optional.of("GET, HEAD");
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

  private static CompletionStage<HttpResponse> now(HttpResponse response) {
    return CompletableFuture.completedFuture(response);
  }
}
