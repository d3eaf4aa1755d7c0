package dev.argus.web;

import dev.argus.batch.BatchQuestion;
import dev.argus.batch.BatchReply;
import dev.argus.batch.BatchView;
import dev.argus.batch.IndexSet;
import dev.argus.protocol.BatchId;
import dev.argus.protocol.Problem;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;

/**
 * What may be asked of a batch: how it stands, its events, its end, and its failed photos again.
 */
final class BatchRoutes {
  private static final String PATH = "/v1/batches/";
  private static final String EVENTS = "/events";
  private static final String RETRY = "/retry";
  private static final String LAST_EVENT_ID = "last-event-id";

  private final BatchAsk batches;
  private final BatchStreams streams;
  private final BatchRetry retry;
  private final int topK;
  private final Responses responses;

  /**
   * @param topK predictions of a photo at most
   */
  BatchRoutes(
      BatchAsk batches, BatchStreams streams, BatchRetry retry, int topK, Responses responses) {
    this.batches = batches;
    this.streams = streams;
    this.retry = retry;
    this.topK = topK;
    this.responses = responses;
  }

  static boolean owns(String path) {
    return path.startsWith(PATH);
  }

  /** The path of a batch. */
  static String location(BatchId id) {
    return PATH + id;
  }

  /** Answers a request to one of these paths whose body has been read. */
  CompletionStage<HttpResponse> handle(HttpRequest request, Client client, Principal principal) {
    String rest = request.getUri().path().substring(PATH.length());
    String what = rest.endsWith(EVENTS) ? EVENTS : rest.endsWith(RETRY) ? RETRY : "";
    Optional<BatchId> id = BatchId.parse(rest.substring(0, rest.length() - what.length()));
    if (id.isEmpty()) {
      return problem(request, Problem.Kind.NOT_FOUND.because("That is not the id of a batch."));
    }
    return switch (what) {
      case EVENTS -> events(request, client, id.get());
      case RETRY -> retry(request, principal, id.get());
      default ->
          request.method().name().equals("DELETE")
              ? cancel(request, id.get())
              : show(request, id.get());
    };
  }

  private CompletionStage<HttpResponse> problem(HttpRequest request, Problem problem) {
    return CompletableFuture.completedFuture(
        responses.problem(problem, Responses.wantsText(request)));
  }

  private CompletionStage<HttpResponse> show(HttpRequest request, BatchId id) {
    return batches.show(id).thenApply(reply -> shown(request, reply));
  }

  private CompletionStage<HttpResponse> cancel(HttpRequest request, BatchId id) {
    return batches.ask(id, BatchQuestion.Cancel::new).thenApply(reply -> shown(request, reply));
  }

  private HttpResponse shown(HttpRequest request, BatchReply reply) {
    return reply instanceof BatchReply.Shown shown
        ? batch(200, shown.view())
        : refused(request, reply);
  }

  private HttpResponse batch(int status, BatchView view) {
    return Responses.ofBatch(responses.json(status, BatchJson.batch(view)), view.id());
  }

  private HttpResponse refused(HttpRequest request, BatchReply reply) {
    return responses.problem(((BatchReply.Refused) reply).problem(), Responses.wantsText(request));
  }

  /** From where the client's stream broke off, if it says so. */
  private CompletionStage<HttpResponse> events(HttpRequest request, Client client, BatchId id) {
    Optional<IndexSet> known =
        IndexSet.parse(request.getHeader(LAST_EVENT_ID).map(HttpHeader::value).orElse(""));
    if (known.isEmpty()) {
      return problem(
          request,
          Problem.Kind.BAD_REQUEST.because(
              "Expected Last-Event-ID to be the id of an event, such as 0-17,19."));
    }
    ResultView view = ResultView.of(request, topK);
    StreamForm form = StreamForm.of(request).orElse(StreamForm.SSE);
    return batches
        .ask(id, replyTo -> new BatchQuestion.Show(false, replyTo))
        .thenApply(
            reply ->
                reply instanceof BatchReply.Shown
                    ? stream(request, client, id, known.get(), view, form)
                    : refused(request, reply));
  }

  private HttpResponse stream(
      HttpRequest request,
      Client client,
      BatchId id,
      IndexSet known,
      ResultView view,
      StreamForm form) {
    return streams
        .enter()
        .map(place -> Responses.ofBatch(streams.response(id, known, view, form, place, client), id))
        .orElseGet(() -> responses.refusal(BatchStreams.noPlace(), Responses.wantsText(request)));
  }

  private CompletionStage<HttpResponse> retry(
      HttpRequest request, Principal principal, BatchId id) {
    return batches
        .show(id)
        .thenCompose(
            reply ->
                reply instanceof BatchReply.Shown
                    ? batches.ask(id, BatchQuestion.Retry::new)
                    : CompletableFuture.completedFuture(reply))
        .thenApply(
            reply -> {
              if (reply instanceof BatchReply.Again again) {
                retry.begin(again, principal, TraceContext.of(request));
                return batch(202, again.view())
                    .addHeader(RawHeader.create("Location", location(id)));
              }
              return refused(request, reply);
            });
  }
}
