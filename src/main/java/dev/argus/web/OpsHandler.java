package dev.argus.web;

import dev.argus.protocol.Problem;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.MediaTypes;

/** {@code GET /v1/ops/events}: what goes on in the cluster, as server-sent events. */
final class OpsHandler {
  static final String PATH = "/v1/ops/events";
  private static final Duration ASK_TIMEOUT = Duration.ofSeconds(5);

  private final ActorSystem<?> system;
  private final ActorRef<OpsFeed.Command> feed;
  private final Responses responses;

  OpsHandler(ActorSystem<?> system, ActorRef<OpsFeed.Command> feed, Responses responses) {
    this.system = system;
    this.feed = feed;
    this.responses = responses;
  }

  CompletionStage<HttpResponse> events() {
    return AskPattern.ask(feed, OpsFeed.Watch::new, ASK_TIMEOUT, system.scheduler())
        .thenApply(
            events ->
                events
                    .map(
                        source ->
                            HttpResponse.create()
                                .withEntity(
                                    HttpEntities.createChunked(
                                        MediaTypes.TEXT_EVENT_STREAM.toContentType(), source)))
                    .orElseGet(this::full));
  }

  private HttpResponse full() {
    return responses.problem(
        Problem.Kind.OVERLOADED.because(
            "As many watch as argus.web.max-watchers allows. Close another operations page."),
        false);
  }
}
