package dev.argus.web;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.argus.config.ImageSettings;
import dev.argus.config.WebSettings;
import dev.argus.image.PhotoHeader;
import dev.argus.protocol.PhotoException;
import dev.argus.protocol.PhotoId;
import dev.argus.protocol.Problem;
import dev.argus.web.Responses.TextForm;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.Multipart;
import org.apache.pekko.http.javadsl.model.RequestEntity;
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
    RequestEntity entity = request.entity();
    boolean multipart = entity.getContentType().mediaType().isMultipart();
    CompletionStage<List<Upload>> uploads =
        multipart ? form(request, entity, preferences) : raw(request, entity, preferences);
    // A timeout inside the stream would cut the connection before the client has its answer.
    return uploads
        .toCompletableFuture()
        .orTimeout(settings.bodyTimeout().toMillis(), TimeUnit.MILLISECONDS)
        .thenCompose(all -> answer(request, all, plainFields, preferences));
  }

  private CompletionStage<List<Upload>> raw(
      HttpRequest request, RequestEntity entity, Preferences preferences) {
    String name =
        request
            .getHeader(ContentDisposition.class)
            .flatMap(header -> Optional.ofNullable(header.getParams().get("filename")))
            .orElse("");
    return take("", name, entity.getDataBytes(), request, preferences).thenApply(List::of);
  }

  private CompletionStage<List<Upload>> form(
      HttpRequest request, RequestEntity entity, Preferences preferences) {
    return Unmarshaller.entityToMultipartFormData()
        .unmarshal(entity, system)
        .thenCompose(
            form ->
                form.getParts()
                    .<Multipart.FormData.BodyPart>map(part -> part)
                    .mapAsync(1, part -> takePart(part, request, preferences))
                    .filter(Optional::isPresent)
                    .map(Optional::get)
                    .limit(settings.maxPhotosPerForm())
                    .runWith(Sink.seq(), system));
  }

  /** Every part with a file name is a photo; other fields are read past. */
  private CompletionStage<Optional<Upload>> takePart(
      Multipart.FormData.BodyPart part, HttpRequest request, Preferences preferences) {
    Source<ByteString, ?> data = part.getEntity().getDataBytes();
    if (part.getFilename().isEmpty()) {
      return data.runWith(Sink.ignore(), system).thenApply(done -> Optional.empty());
    }
    return take(part.getName(), part.getFilename().get(), data, request, preferences)
        .thenApply(Optional::of);
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
      Problem problem =
          Problem.Kind.OVERLOADED.because(
              "As many photos are in flight as Argus takes at once. Send it again later.");
      return data.runWith(Sink.ignore(), system)
          .thenApply(done -> new Upload(field, name, refused(problem)));
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
    return AskPattern.ask(
        requests,
        replyTo ->
            new RequestManager.Submit(
                new RequestActor.Upload(
                    PhotoId.random(),
                    photo,
                    permit,
                    TraceContext.of(request),
                    settings.deadline(),
                    preferences.pendingAfter(),
                    replyTo)),
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
      HttpRequest request, List<Upload> uploads, boolean plainFields, Preferences preferences) {
    boolean asText = Responses.wantsText(request);
    if (uploads.isEmpty()) {
      return CompletableFuture.completedFuture(
          responses.problem(
              Problem.Kind.BAD_REQUEST.because(
                  "The form has no photo: expected a part with a file name."),
              asText));
    }
    if (uploads.size() > 1) {
      return many(uploads);
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
  private CompletionStage<HttpResponse> many(List<Upload> uploads) {
    CompletionStage<List<ObjectNode>> images =
        CompletableFuture.completedFuture(new ArrayList<>(uploads.size()));
    for (Upload upload : uploads) {
      images =
          images.thenCombine(
              upload.outcome(),
              (done, outcome) -> {
                done.add(Responses.image(outcome, upload.name()));
                return done;
              });
    }
    return images.thenApply(
        done -> {
          ObjectNode body = JsonNodeFactory.instance.objectNode();
          body.put("batch", PhotoId.random().toString());
          ArrayNode array = body.putArray("images");
          done.forEach(array::add);
          return responses.json(200, body);
        });
  }
}
