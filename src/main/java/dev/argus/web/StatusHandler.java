package dev.argus.web;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.apache.pekko.http.javadsl.model.ContentType;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.util.ByteString;

/** Answers those who watch Argus: load balancers, Prometheus and operators. */
final class StatusHandler {
  private static final ContentType PROMETHEUS =
      ContentTypes.parse("text/plain; version=0.0.4; charset=utf-8");

  private static final String IMPAIRED = "impaired";

  private final Entrance entrance;
  private final Readiness readiness;
  private final Supplier<String> metricsText;
  private final WebTier.Scaling scaling;
  private final Supplier<CompletionStage<String>> costsJson;
  private final Responses responses;

  StatusHandler(
      Entrance entrance,
      Readiness readiness,
      Supplier<String> metricsText,
      WebTier.Scaling scaling,
      Supplier<CompletionStage<String>> costsJson,
      Responses responses) {
    this.entrance = entrance;
    this.readiness = readiness;
    this.metricsText = metricsText;
    this.scaling = scaling;
    this.costsJson = costsJson;
    this.responses = responses;
  }

  /** This process lives. */
  HttpResponse live() {
    return responses.text(200, "ok\n");
  }

  /**
   * Whether this web node can serve; what is wrong is told only to those who are trusted.
   *
   * <p>It can while EC2 is down: what it takes is answered by the nodes that run, or later. That is
   * said beside the checks.
   */
  CompletionStage<HttpResponse> ready(Principal principal) {
    boolean inFull = entrance.trusts(principal);
    return readiness
        .check()
        .thenApply(
            states -> {
              boolean ready = Readiness.isReady(states);
              ObjectNode body = JsonNodeFactory.instance.objectNode().put("ready", ready);
              ObjectNode checks = body.putObject("checks");
              for (Map.Entry<String, String> state : states.entrySet()) {
                checks.put(state.getKey(), told(state.getValue(), inFull, Readiness.UNREACHABLE));
              }
              body.put(
                  "scaling", told(scaling.trouble().get().orElse(Readiness.OK), inFull, IMPAIRED));
              return responses.readiness(ready, body);
            });
  }

  private static String told(String state, boolean inFull, String toStrangers) {
    return inFull || state.equals(Readiness.OK) ? state : toStrangers;
  }

  /** The metrics in the Prometheus text format. */
  HttpResponse metrics() {
    return HttpResponse.create().withEntity(PROMETHEUS, ByteString.fromString(metricsText.get()));
  }

  /** The latest scaling decisions and the reason of each. */
  HttpResponse decisions() {
    return json(scaling.decisionsJson().get());
  }

  /** What the cluster used so far, and what that costs. */
  CompletionStage<HttpResponse> costs() {
    return costsJson.get().thenApply(StatusHandler::json);
  }

  private static HttpResponse json(String text) {
    return HttpResponse.create().withEntity(ContentTypes.APPLICATION_JSON, text);
  }
}
