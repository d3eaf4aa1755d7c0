package dev.argus.web;

import dev.argus.protocol.PhotoId;
import dev.argus.protocol.Problem;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers who asks for the result of a photo that was accepted before, at once or by waiting. */
final class ResultHandler {
  private static final Logger LOG = LoggerFactory.getLogger(ResultHandler.class);

  /** How much longer than its client's patience a waiter is given to say that it is over. */
  private static final Duration ASK_SLACK = Duration.ofSeconds(30);

  private final ActorSystem<?> system;
  private final ActorRef<RequestManager.Command> requests;
  private final ResultLookup lookup;
  private final Responses responses;
  private final Duration maxWait;
  private final int topK;

  /**
   * @param maxWait the longest that a client's {@code Prefer: wait} makes it wait
   * @param topK predictions of a photo at most
   */
  ResultHandler(
      ActorSystem<?> system,
      ActorRef<RequestManager.Command> requests,
      ResultLookup lookup,
      Responses responses,
      Duration maxWait,
      int topK) {
    this.system = system;
    this.requests = requests;
    this.lookup = lookup;
    this.responses = responses;
    this.maxWait = maxWait;
    this.topK = topK;
  }

  /** Answers a request whose body has been read. */
  CompletionStage<HttpResponse> handle(HttpRequest request, Client client, String idText) {
    boolean asText = Responses.wantsText(request);
    Optional<PhotoId> id = PhotoId.parse(idText);
    if (id.isEmpty()) {
      return CompletableFuture.completedFuture(
          responses.problem(
              Problem.Kind.NOT_FOUND.because("That is not the id of a photo."), asText));
    }
    ResultView view = ResultView.of(request, topK);
    Preferences preferences = Preferences.of(request, maxWait);
    CompletionStage<Outcome> outcome =
        preferences
            .patience()
            .filter(wait -> !wait.isZero())
            .map(wait -> await(id.get(), wait, client))
            .orElseGet(() -> look(id.get()));
    return outcome.thenApply(found -> responses.result(view.of(found), preferences, asText));
  }

  private CompletionStage<Outcome> await(PhotoId id, Duration wait, Client client) {
    return AskPattern.ask(
        requests,
        replyTo -> new RequestManager.Await(id, wait, client.gone(), replyTo),
        wait.plus(ASK_SLACK),
        system.scheduler());
  }

  private CompletionStage<Outcome> look(PhotoId id) {
    return lookup
        .find(id)
        .exceptionally(
            failure -> {
              LOG.warn("the result of {} cannot be looked up", id, failure);
              return new Outcome.Refused(
                  Problem.Kind.UNAVAILABLE.because("The result cannot be looked up now."));
            });
  }
}
