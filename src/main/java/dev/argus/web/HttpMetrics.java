package dev.argus.web;

import io.micrometer.core.instrument.Meter.MeterProvider;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.Set;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/**
 * HTTP requests by route, method and class of status: how many, and the time from the request's
 * head to the answer's. A body that streams goes on after that, and a wait for a photo is part of
 * it.
 */
final class HttpMetrics {
  /** Files of the pages, what does not exist, and whatever else is one of too many. */
  static final String OTHER = "other";

  /** Others are counted together: a client may invent any. */
  private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST", "PUT", "DELETE");

  private final MeterRegistry registry;
  private final MeterProvider<Timer> requests;
  private final RouteTable routes = new RouteTable(Set.of());

  HttpMetrics(MeterRegistry registry) {
    this.registry = registry;
    requests =
        Timer.builder("argus.http.request.duration")
            .description("From a request's head to its answer's, waits for photos included")
            .serviceLevelObjectives(Histograms.PHOTO)
            .withRegistry(registry);
  }

  /** A request that is not answered yet. */
  final class Request {
    private final Timer.Sample started = Timer.start(registry);
    private final String route;
    private final String method;

    private Request(HttpRequest request) {
      String name = request.method().name();
      route = routes.template(request.getUri().path()).orElse(OTHER);
      method = METHODS.contains(name) ? name : OTHER;
    }

    String route() {
      return route;
    }

    String method() {
      return method;
    }

    void answered(HttpResponse response) {
      started.stop(
          requests.withTags(
              "route",
              route,
              "method",
              method,
              "status",
              response.status().intValue() / 100 + "xx"));
    }
  }

  Request began(HttpRequest request) {
    return new Request(request);
  }
}
