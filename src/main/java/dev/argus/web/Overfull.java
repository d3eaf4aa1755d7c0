package dev.argus.web;

import dev.argus.protocol.Problem;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/** What is answered on connections beyond those that are served: health checks, and come later. */
final class Overfull implements RequestHandler {
  private final RequestHandler routes;
  private final RefusedBodies bodies;
  private final Responses responses;
  private final Entrance entrance;
  private final WebMetrics metrics;
  private final Refusal refusal;

  Overfull(
      RequestHandler routes,
      RefusedBodies bodies,
      Responses responses,
      Entrance entrance,
      WebMetrics metrics) {
    this.routes = routes;
    this.bodies = bodies;
    this.responses = responses;
    this.entrance = entrance;
    this.metrics = metrics;
    this.refusal =
        new Refusal(
            Refusal.Reason.CONNECTIONS,
            Problem.Kind.OVERLOADED.because(
                "As many connections are open as Argus serves at once. Try again later."));
  }

  @Override
  public CompletionStage<HttpResponse> handle(HttpRequest request, Client client) {
    if (Entrance.HEALTH.contains(request.getUri().path())) {
      return routes.handle(request, client);
    }
    return bodies
        .pass(request)
        .thenApply(
            done -> {
              HttpResponse response = responses.refusal(refusal, Responses.wantsText(request));
              metrics.refused(response.status().intValue());
              return entrance.secured(response);
            });
  }
}
