package dev.argus.web;

import dev.argus.protocol.PhotoException;
import dev.argus.protocol.Problem;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;

/** Who answers what: the paths of the {@link RouteTable}, behind the {@link Entrance}. */
final class WebRoutes implements RequestHandler {
  private static final String IMAGE = "/v1/images/";

  private final Entrance entrance;
  private final RefusedBodies refusedBodies;
  private final UploadHandler uploads;
  private final ResultHandler results;
  private final StatusHandler status;
  private final DeadLetterRoutes deadLetters;
  private final BatchRoutes batches;
  private final OpsHandler ops;
  private final StaticFiles pages;
  private final RouteTable table;
  private final int topK;
  private final Responses responses;

  /**
   * @param topK predictions of a photo at most
   */
  WebRoutes(
      Entrance entrance,
      RefusedBodies refusedBodies,
      UploadHandler uploads,
      ResultHandler results,
      StatusHandler status,
      DeadLetterRoutes deadLetters,
      BatchRoutes batches,
      OpsHandler ops,
      StaticFiles pages,
      int topK,
      Responses responses) {
    this.entrance = entrance;
    this.refusedBodies = refusedBodies;
    this.uploads = uploads;
    this.results = results;
    this.status = status;
    this.deadLetters = deadLetters;
    this.batches = batches;
    this.ops = ops;
    this.pages = pages;
    this.table = new RouteTable(pages.paths());
    this.topK = topK;
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
    List<String> methods = table.methods(path).orElse(List.of());
    if (!methods.contains(request.method().name())) {
      return notTaken(request, path, methods);
    }
    if (DeadLetterRoutes.owns(path)) {
      return refusedBodies.pass(request).thenCompose(done -> deadLetters.handle(request));
    }
    if (BatchRoutes.owns(path)) {
      return refusedBodies
          .pass(request)
          .thenCompose(done -> batches.handle(request, client, principal));
    }
    return request.method().name().equals("POST")
        ? upload(request, path, client, principal)
        : refusedBodies.pass(request).thenCompose(done -> get(request, path, client, principal));
  }

  /** Asked for wrongly, it is not read. */
  private CompletionStage<HttpResponse> upload(
      HttpRequest request, String path, Client client, Principal principal) {
    ResultView view;
    try {
      view = ResultView.of(request, topK);
    } catch (PhotoException e) {
      HttpResponse response = responses.problem(e.problem(), Responses.wantsText(request));
      return refusedBodies.pass(request).thenApply(done -> response);
    }
    return uploads.handle(request, client, principal, view, path.equals("/"));
  }

  private CompletionStage<HttpResponse> get(
      HttpRequest request, String path, Client client, Principal principal) {
    return switch (path) {
      case "/livez" -> now(status.live());
      case "/readyz" -> status.ready(principal);
      case "/metrics" -> now(status.metrics());
      case "/v1/costs" -> status.costs();
      case "/v1/scaling/decisions" -> now(status.decisions());
      case OpsHandler.PATH -> ops.events();
      default ->
          pages
              .get(path)
              .map(WebRoutes::now)
              .orElseGet(() -> results.handle(request, client, path.substring(IMAGE.length())));
    };
  }

  private CompletionStage<HttpResponse> notTaken(
      HttpRequest request, String path, List<String> methods) {
    boolean asText = Responses.wantsText(request);
    HttpResponse response;
    if (methods.isEmpty()) {
      response =
          responses.problem(
              Problem.Kind.NOT_FOUND.because("There is nothing at " + path + "."), asText);
    } else {
      String allowed = String.join(", ", methods);
      Problem problem =
          Problem.Kind.METHOD_NOT_ALLOWED.because(
              path + " takes " + allowed + ", found " + request.method().name() + ".");
      response = responses.problem(problem, asText).addHeader(RawHeader.create("Allow", allowed));
    }
    return refusedBodies.pass(request).thenApply(done -> response);
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
