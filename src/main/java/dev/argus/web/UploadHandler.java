package dev.argus.web;

import dev.argus.batch.IndexSet;
import dev.argus.ports.Completions;
import dev.argus.protocol.BatchId;
import dev.argus.protocol.Problem;
import dev.argus.web.Responses.NamedOutcome;
import dev.argus.web.Responses.TextForm;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/**
 * Answers upload requests: in JSON, photo by photo, or in the plain text that some clients read.
 */
final class UploadHandler {
  /** A field of this name is answered with the label alone, on {@code POST /}. */
  private static final String LABEL_FIELD = "myfile";

  /** A field of this name is answered with {@code NAME:LABEL}, on {@code POST /}. */
  private static final String NAME_AND_LABEL_FIELD = "inputFile";

  private final UploadReader reader;
  private final BatchStreams streams;
  private final Responses responses;
  private final Duration maxWait;

  UploadHandler(UploadReader reader, BatchStreams streams, Responses responses, Duration maxWait) {
    this.reader = reader;
    this.streams = streams;
    this.responses = responses;
    this.maxWait = maxWait;
  }

  /**
   * Answers one upload request.
   *
   * @param view what the client wants to see of the results
   * @param plainFields whether the names of form fields choose plain-text forms, as on {@code POST
   *     /}
   */
  CompletionStage<HttpResponse> handle(
      HttpRequest request,
      Client client,
      Principal principal,
      ResultView view,
      boolean plainFields) {
    Optional<StreamForm> stream = plainFields ? Optional.empty() : StreamForm.of(request);
    if (stream.isPresent()) {
      return streamed(request, client, principal, view, stream.get());
    }
    Preferences preferences = Preferences.of(request, maxWait);
    boolean asText = Responses.wantsText(request);
    UploadReader.Reading reading = reader.read(request, client, principal, preferences, false);
    return reading
        .photos()
        .thenApply(all -> all.stream().map(photo -> photo.seen(view)).toList())
        .thenCompose(
            all ->
                reading
                    .batch()
                    .thenCompose(
                        batch ->
                            batch.isPresent()
                                ? many(batch.get().id(), all, asText, preferences)
                                : one(all, plainFields, asText, preferences)));
  }

  /**
   * The answer begins when the first photo is read, and its client hears of each photo when that is
   * done: it waits as long as it likes, whatever it prefers.
   */
  private CompletionStage<HttpResponse> streamed(
      HttpRequest request, Client client, Principal principal, ResultView view, StreamForm form) {
    Optional<BatchStreams.Place> place = streams.enter();
    if (place.isEmpty()) {
      return reader
          .refused(request, new Outcome.Refused(BatchStreams.noPlace()))
          .photos()
          .thenCompose(all -> one(all, false, false, Preferences.none()));
    }
    return Completions.attempt(() -> stream(request, client, principal, view, form, place.get()))
        .whenComplete(
            (response, failure) -> {
              if (failure != null || response.entity().isStrict()) {
                place.get().close();
              }
            });
  }

  private CompletionStage<HttpResponse> stream(
      HttpRequest request,
      Client client,
      Principal principal,
      ResultView view,
      StreamForm form,
      BatchStreams.Place place) {
    UploadReader.Reading reading =
        reader.read(request, client, principal, Preferences.none(), true);
    return reading
        .batch()
        .thenCompose(
            batch ->
                batch
                    .map(BatchUpload::id)
                    .<CompletionStage<HttpResponse>>map(
                        id ->
                            CompletableFuture.completedFuture(
                                Responses.ofBatch(
                                    streams.response(
                                        id, IndexSet.none(), view, form, place, client),
                                    id)))
                    .orElseGet(
                        () ->
                            reading
                                .photos()
                                .thenCompose(all -> one(all, false, false, Preferences.none()))));
  }

  private CompletionStage<HttpResponse> one(
      List<TakenPhoto> uploads, boolean plainFields, boolean asText, Preferences preferences) {
    if (uploads.isEmpty()) {
      return CompletableFuture.completedFuture(
          responses.problem(
              Problem.Kind.BAD_REQUEST.because(
                  "The form has no photo: expected a part with a file name."),
              asText));
    }
    TakenPhoto upload = uploads.get(0);
    Optional<TextForm> form = textForm(upload.field(), plainFields, asText);
    return upload
        .outcome()
        .thenApply(
            outcome ->
                form.map(f -> responses.uploadedAsText(outcome, f, preferences, asText))
                    .orElseGet(() -> responses.uploaded(outcome, preferences)));
  }

  private static Optional<TextForm> textForm(String field, boolean plainFields, boolean asText) {
    if (plainFields && field.equals(LABEL_FIELD)) {
      return Optional.of(TextForm.LABEL);
    }
    if (plainFields && field.equals(NAME_AND_LABEL_FIELD)) {
      return Optional.of(TextForm.NAME_AND_LABEL);
    }
    return asText ? Optional.of(TextForm.LABEL) : Optional.empty();
  }

  /** A form of many photos: each is a job of its own, and a bad one fails alone. */
  private CompletionStage<HttpResponse> many(
      BatchId batch, List<TakenPhoto> uploads, boolean asText, Preferences preferences) {
    CompletionStage<List<NamedOutcome>> outcomes =
        CompletableFuture.completedFuture(new ArrayList<>(uploads.size()));
    for (TakenPhoto upload : uploads) {
      outcomes =
          outcomes.thenCombine(
              upload.outcome(),
              (done, outcome) -> {
                done.add(new NamedOutcome(upload.name(), outcome));
                return done;
              });
    }
    return outcomes.thenApply(done -> responses.batch(batch, done, asText, preferences));
  }
}
