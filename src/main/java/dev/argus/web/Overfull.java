package dev.argus.web;

import dev.argus.protocol.Problem;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/** What is answered on connections beyond those that are served: health checks, and come later. */
final class Overfull implements RequestHandler {
  private static final Refusal REFUSAL =
      new Refusal(
          Refusal.Reason.CONNECTIONS,
          Problem.Kind.OVERLOADED.because(
              "As many connections are open as Argus serves at once. Try again later."));

  private final RequestHandler routes;
  private final RefusedBodies bodies;
  private final Responses responses;

  Overfull(RequestHandler routes, RefusedBodies bodies, Responses responses) {
    this.routes = routes;
    this.bodies = bodies;
    this.responses = responses;
  }

  @Override
  public CompletionStage<HttpResponse> handle(HttpRequest request, Client client) {
    if (Entrance.HEALTH.contains(request.getUri().path())) {
      return routes.handle(request, client);
    }
    boolean asText = Responses.wantsText(request);
    return bodies.pass(request).thenApply(done -> responses.refusal(REFUSAL, asText));
  }
}
