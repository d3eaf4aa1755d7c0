package dev.argus.web;

import dev.argus.config.ImageSettings;
import dev.argus.config.WebSettings;
import dev.argus.image.PhotoHeader;
import dev.argus.protocol.PhotoException;
import dev.argus.protocol.PhotoId;
import dev.argus.protocol.Problem;
import dev.argus.web.Responses.NamedOutcome;
import dev.argus.web.Responses.TextForm;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.http.javadsl.model.ContentType;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.Multipart;
import org.apache.pekko.http.javadsl.model.headers.ContentDisposition;
import org.apache.pekko.http.javadsl.unmarshalling.Unmarshaller;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;

/**
 * Takes photos in: streams each one in within limits, reads its header, and hands it to a request
 * actor of its own.
 */
final class UploadHandler {
  /** A field of this name is answered with the label alone, on {@code POST /}. */
  private static final String LABEL_FIELD = "myfile";

  /** A field of this name is answered with {@code NAME:LABEL}, on {@code POST /}. */
  private static final String NAME_AND_LABEL_FIELD = "inputFile";

  /** How much longer than the deadline the request actor is given to say that it passed. */
  private static final Duration ASK_SLACK = Duration.ofSeconds(10);

  private final ActorSystem<?> system;
  private final ActorRef<RequestManager.Command> requests;
  private final Admission admission;
  private final Responses responses;
  private final WebSettings settings;
  private final ImageSettings imageSettings;

  UploadHandler(
      ActorSystem<?> system,
      ActorRef<RequestManager.Command> requests,
      Admission admission,
      Responses responses,
      WebSettings settings,
      ImageSettings imageSettings) {
    this.system = system;
    this.requests = requests;
    this.admission = admission;
    this.responses = responses;
    this.settings = settings;
    this.imageSettings = imageSettings;
  }

  /** One uploaded photo on its way to an answer. */
  private record Upload(String field, String name, CompletionStage<Outcome> outcome) {}

  /**
   * Answers one upload request.
   *
   * @param plainFields whether the names of form fields choose plain-text forms, as on {@code POST
   *     /}
   */
  CompletionStage<HttpResponse> handle(HttpRequest request, boolean plainFields) {
    Preferences preferences = Preferences.of(request, settings.maxWait());
    boolean asText = Responses.wantsText(request);
    List<Upload> taken = Collections.synchronizedList(new ArrayList<>());
    // A timeout inside the stream would cut the connection before the client has its answer.
    return read(request, preferences, taken)
        .toCompletableFuture()
        .orTimeout(settings.bodyTimeout().toMillis(), TimeUnit.MILLISECONDS)
        .handle((done, failure) -> taken(taken, failure))
        .thenCompose(all -> answer(all, plainFields, asText, preferences));
  }

  /**
   * What was read before a failure is accepted, and its client must learn of it; the failure then
   * stands for what was not read. Without any photo the request as a whole has failed.
   */
  private List<Upload> taken(List<Upload> taken, Throwable failure) {
    if (failure == null) {
      return List.copyOf(taken);
    }
    Throwable cause = failure instanceof CompletionException e ? e.getCause() : failure;
    if (cause instanceof TimeoutException) {
      cause = new BodyTimeoutException(settings.bodyTimeout());
    }
    if (taken.isEmpty()) {
      throw new CompletionException(cause);
    }
    Problem problem = Problem.Kind.BAD_REQUEST.because("The rest cannot be read: " + cause);
    List<Upload> all = new ArrayList<>(taken);
    all.add(new Upload("", "", refused(problem)));
    return all;
  }

  private CompletionStage<Done> read(
      HttpRequest request, Preferences preferences, List<Upload> taken) {
    ContentType contentType = request.entity().getContentType();
    if (!contentType.mediaType().isMultipart()) {
      String name =
          request
              .getHeader(ContentDisposition.class)
              .flatMap(header -> Optional.ofNullable(header.getParams().get("filename")))
              .orElse("");
      return take("", name, request.entity().getDataBytes(), request, preferences)
          .thenApply(upload -> add(taken, upload));
    }
    if (!contentType.mediaType().subType().equals("form-data")
        || !contentType.toString().contains("boundary=")) {
      throw new PhotoException(
          Problem.Kind.BAD_REQUEST.because(
              "Expected multipart/form-data with a boundary, found " + contentType + "."));
    }
    return Unmarshaller.entityToMultipartFormData()
        .unmarshal(request.entity(), system)
        .thenCompose(
            form ->
                form.getParts()
                    .<Multipart.FormData.BodyPart>map(part -> part)
                    .mapAsync(1, part -> readPart(part, request, preferences, taken))
                    .runWith(Sink.ignore(), system));
  }

  private static Done add(List<Upload> taken, Upload upload) {
    taken.add(upload);
    return Done.getInstance();
  }

  /** Every part with a file name is a photo; other fields are read past. */
  private CompletionStage<Done> readPart(
      Multipart.FormData.BodyPart part,
      HttpRequest request,
      Preferences preferences,
      List<Upload> taken) {
    Source<ByteString, ?> data = part.getEntity().getDataBytes();
    if (part.getFilename().isEmpty()) {
      return data.runWith(Sink.ignore(), system);
    }
    String name = part.getFilename().get();
    CompletionStage<Upload> upload =
        taken.size() < settings.maxPhotosPerForm()
            ? take(part.getName(), name, data, request, preferences)
            : pass(
                part.getName(),
                FileNames.sanitise(name),
                data,
                Problem.Kind.TOO_LARGE.because(
                    "A form may have " + settings.maxPhotosPerForm() + " photos."));
    return upload.thenApply(one -> add(taken, one));
  }

  /** Reads past a photo that is not taken: a client that still sends does not read the reason. */
  private CompletionStage<Upload> pass(
      String field, String name, Source<ByteString, ?> data, Problem problem) {
    return data.runWith(Sink.ignore(), system)
        .thenApply(done -> new Upload(field, name, refused(problem)));
  }

  /** Reads one photo; done when its bytes are read, while its outcome is still to come. */
  private CompletionStage<Upload> take(
      String field,
      String fileName,
      Source<ByteString, ?> data,
      HttpRequest request,
      Preferences preferences) {
    String name = FileNames.sanitise(fileName);
    long atMost =
        Math.min(
            request.entity().getContentLengthOption().orElse(Long.MAX_VALUE),
            settings.maxPhotoBytes());
    Optional<Admission.Permit> permit = admission.tryAdmit(atMost);
    if (permit.isEmpty()) {
      return pass(
          field,
          name,
          data,
          Problem.Kind.OVERLOADED.because(
              "As many photos are in flight as Argus takes at once. Send it again later."));
    }
    return data.runFold(
            new BodyCollector(settings.maxPhotoBytes()),
            (collector, chunk) -> collector.add(chunk),
            system)
        .handle(
            (body, failure) -> {
              if (failure != null) {
                permit.get().close();
                throw new CompletionException(failure);
              }
              return new Upload(
                  field, name, submit(name, body, permit.get(), request, preferences));
            });
  }

  private CompletionStage<Outcome> submit(
      String name,
      BodyCollector body,
      Admission.Permit permit,
      HttpRequest request,
      Preferences preferences) {
    Photo photo;
    try {
      photo = check(name, body);
    } catch (PhotoException e) {
      permit.close();
      return refused(e.problem());
    }
    permit.shrinkTo(photo.bytes().size());
    Optional<String> traceparent = TraceContext.of(request);
    return AskPattern.ask(
        requests,
        replyTo ->
            new RequestManager.Submit(
                new RequestActor.Upload(
                    PhotoId.random(),
                    photo.name(),
                    permit,
                    traceparent,
                    settings.deadline(),
                    preferences.pendingAfter(),
                    replyTo),
                photo),
        settings.deadline().plus(ASK_SLACK),
        system.scheduler());
  }

  private Photo check(String name, BodyCollector body) {
    if (body.isTooLarge()) {
      throw new PhotoException(
          Problem.Kind.TOO_LARGE.because(
              "A photo may have %,d bytes, this one has %,d."
                  .formatted(settings.maxPhotoBytes(), body.size())));
    }
    ByteString bytes = body.bytes();
    PhotoHeader header = PhotoHeader.read(bytes.toArrayUnsafe(), imageSettings);
    return new Photo(name, header.mediaType(), bytes);
  }

  private static CompletionStage<Outcome> refused(Problem problem) {
    return CompletableFuture.completedFuture(new Outcome.Refused(problem));
  }

  private CompletionStage<HttpResponse> answer(
      List<Upload> uploads, boolean plainFields, boolean asText, Preferences preferences) {
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
    Upload upload = uploads.get(0);
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
      List<Upload> uploads, boolean asText, Preferences preferences) {
    CompletionStage<List<NamedOutcome>> outcomes =
        CompletableFuture.completedFuture(new ArrayList<>(uploads.size()));
    for (Upload upload : uploads) {
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
