package dev.argus.web;

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

/** Answers upload requests: in JSON, or in the plain-text forms that some clients read. */
final class UploadHandler {
  /** A field of this name is answered with the label alone, on {@code POST /}. */
  private static final String LABEL_FIELD = "myfile";

  /** A field of this name is answered with {@code NAME:LABEL}, on {@code POST /}. */
  private static final String NAME_AND_LABEL_FIELD = "inputFile";

  private final UploadReader reader;
  private final Responses responses;
  private final Duration maxWait;

  UploadHandler(UploadReader reader, Responses responses, Duration maxWait) {
    this.reader = reader;
    this.responses = responses;
    this.maxWait = maxWait;
  }

  /**
   * Answers one upload request.
   *
   * @param plainFields whether the names of form fields choose plain-text forms, as on {@code POST
   *     /}
   */
  CompletionStage<HttpResponse> handle(
      HttpRequest request, Client client, Principal principal, boolean plainFields) {
    Preferences preferences = Preferences.of(request, maxWait);
    boolean asText = Responses.wantsText(request);
    return reader
        .read(request, client, principal, preferences)
        .thenCompose(all -> answer(all, plainFields, asText, preferences));
  }

  private CompletionStage<HttpResponse> answer(
      List<TakenPhoto> uploads, boolean plainFields, boolean asText, Preferences preferences) {
    if (uploads.isEmpty()) {
      return CompletableFuture.completedFuture(
          responses.problem(
              Problem.Kind.BAD_REQUEST.because(
                  "The form has no photo: expected a part with a file name."),
              asText));
    }
    if (uploads.size() > 1) {
      return many(uploads, asText, preferences);
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
      List<TakenPhoto> uploads, boolean asText, Preferences preferences) {
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
    return outcomes.thenApply(done -> responses.batch(done, asText, preferences));
  }
}
