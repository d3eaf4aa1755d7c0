package dev.argus.web;

import dev.argus.config.UploadSettings;
import dev.argus.ports.Completions;
import dev.argus.protocol.PhotoException;
import dev.argus.protocol.Problem;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.http.javadsl.model.ContentType;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.Multipart;
import org.apache.pekko.http.javadsl.model.headers.ContentDisposition;
import org.apache.pekko.http.javadsl.unmarshalling.Unmarshaller;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;

/** Reads a request: streams each photo in within limits, and hands it to {@link PhotoSubmitter}. */
final class UploadReader {
  private final ActorSystem<?> system;
  private final Door door;
  private final RefusedBodies refusedBodies;
  private final CallbackRequests callbacks;
  private final PhotoSubmitter submitter;
  private final UploadSettings settings;

  UploadReader(
      ActorSystem<?> system,
      Door door,
      RefusedBodies refusedBodies,
      CallbackRequests callbacks,
      PhotoSubmitter submitter,
      UploadSettings settings) {
    this.system = system;
    this.door = door;
    this.refusedBodies = refusedBodies;
    this.callbacks = callbacks;
    this.submitter = submitter;
    this.settings = settings;
  }

  /**
   * Done when the whole request is read; the outcomes of its photos are still to come. A request
   * that is not let in is not read.
   */
  CompletionStage<List<TakenPhoto>> read(
      HttpRequest request, Client client, Principal principal, Preferences preferences) {
    Optional<IdempotencyKey> key = IdempotencyKey.of(request);
    Optional<URI> callback = callbacks.of(request);
    Verdict verdict = door.admit(principal, atMost(request));
    if (verdict instanceof Refusal refusal) {
      return refusedBodies
          .pass(request)
          .thenApply(
              done -> List.of(new TakenPhoto("", "", outcome(new Outcome.Refused(refusal)))));
    }
    TakenPhotos taken = new TakenPhotos((Admission.Permit) verdict);
    // A timeout inside the stream would cut the connection before the client has its answer.
    return read(new UploadRequest(request, client, principal, preferences, key, callback), taken)
        .toCompletableFuture()
        .orTimeout(settings.bodyTimeout().toMillis(), TimeUnit.MILLISECONDS)
        .handle((done, failure) -> end(taken.close(), failure));
  }

  /** The most that one photo of the request can have. */
  private long atMost(HttpRequest request) {
    return Math.min(
        request.entity().getContentLengthOption().orElse(Long.MAX_VALUE), settings.maxPhotoBytes());
  }

  /**
   * What was read before a failure is accepted, and its client must learn of it; the failure then
   * stands for what was not read. Without any photo the request as a whole has failed.
   */
  private List<TakenPhoto> end(List<TakenPhoto> taken, Throwable failure) {
    if (failure == null) {
      return taken;
    }
    Throwable cause = Completions.cause(failure);
    if (cause instanceof TimeoutException) {
      cause = new BodyTimeoutException(settings.bodyTimeout());
    }
    if (taken.isEmpty()) {
      throw new CompletionException(cause);
    }
    Problem problem =
        Problem.Kind.BAD_REQUEST.because("The rest cannot be read: " + cause.getMessage());
    List<TakenPhoto> all = new ArrayList<>(taken);
    all.add(new TakenPhoto("", "", outcome(new Outcome.Refused(problem))));
    return all;
  }

  private CompletionStage<Done> read(UploadRequest upload, TakenPhotos taken) {
    HttpRequest request = upload.http();
    ContentType contentType = request.entity().getContentType();
    if (!contentType.mediaType().isMultipart()) {
      String name =
          request
              .getHeader(ContentDisposition.class)
              .flatMap(header -> Optional.ofNullable(header.getParams().get("filename")))
              .orElse("");
      return take("", name, sent(request.entity().getDataBytes()), upload, taken);
    }
    if (!contentType.mediaType().subType().equals("form-data")
        || !contentType.toString().contains("boundary=")) {
      return CompletableFuture.failedFuture(
          new PhotoException(
              Problem.Kind.BAD_REQUEST.because(
                  "Expected multipart/form-data with a boundary, found " + contentType + ".")));
    }
    return Unmarshaller.entityToMultipartFormData()
        .unmarshal(request.entity(), system)
        .exceptionally(
            failure -> {
              throw unreadable(Completions.cause(failure));
            })
        .thenCompose(
            form ->
                sent(form.getParts().<Multipart.FormData.BodyPart>map(part -> part))
                    .mapAsync(1, part -> readPart(part, upload, taken))
                    .runWith(Sink.ignore(), system));
  }

  /** Whatever fails in a source that reads from the client, it is the client's to mend. */
  private static <T> Source<T, ?> sent(Source<T, ?> source) {
    return source.mapError(RuntimeException.class, UploadReader::unreadable);
  }

  private static PhotoException unreadable(Throwable failure) {
    // Pekko says so of a form whose last boundary never came.
    String what =
        failure instanceof IllegalStateException
            ? "It ends before its last boundary."
            : failure.getMessage();
    return new PhotoException(
        Problem.Kind.BAD_REQUEST.because("The body cannot be read: " + what), failure);
  }

  /** Every part with a file name is a photo; other fields are read past. */
  private CompletionStage<Done> readPart(
      Multipart.FormData.BodyPart part, UploadRequest upload, TakenPhotos taken) {
    Source<ByteString, ?> data = sent(part.getEntity().getDataBytes());
    if (part.getFilename().isEmpty()) {
      return data.runWith(Sink.ignore(), system);
    }
    String name = FileNames.fromForm(part.getFilename().get());
    return taken.size() < settings.maxPhotosPerForm()
        ? take(part.getName(), name, data, upload, taken)
        : pass(
            part.getName(),
            FileNames.sanitise(name),
            data,
            taken,
            new Outcome.Refused(
                Problem.Kind.TOO_LARGE.because(
                    "A form may have " + settings.maxPhotosPerForm() + " photos.")));
  }

  /** Reads past a photo that is not taken, to those behind it. */
  private CompletionStage<Done> pass(
      String field, String name, Source<ByteString, ?> data, TakenPhotos taken, Outcome refused) {
    return data.runWith(Sink.ignore(), system)
        .whenComplete((done, failure) -> taken.add(field, name, place -> outcome(refused)));
  }

  /** Reads one photo; done when its bytes are read, while its outcome is still to come. */
  private CompletionStage<Done> take(
      String field,
      String fileName,
      Source<ByteString, ?> data,
      UploadRequest upload,
      TakenPhotos taken) {
    String name = FileNames.sanitise(fileName);
    Verdict verdict =
        taken
            .takeFirstPermit()
            .<Verdict>map(first -> first)
            .orElseGet(() -> door.admit(upload.principal(), atMost(upload.http())));
    if (verdict instanceof Refusal refusal) {
      return pass(field, name, data, taken, new Outcome.Refused(refusal));
    }
    Admission.Permit permit = (Admission.Permit) verdict;
    return data.runFold(
            new BodyCollector(settings.maxPhotoBytes()),
            (collector, chunk) -> collector.add(chunk),
            system)
        .handle(
            (body, failure) -> {
              if (failure != null) {
                permit.close();
                throw new CompletionException(failure);
              }
              boolean submitted = false;
              try {
                submitted =
                    taken.add(
                        field, name, place -> submitter.submit(name, place, body, permit, upload));
              } finally {
                if (!submitted) {
                  permit.close();
                }
              }
              return Done.getInstance();
            });
  }

  private static CompletionStage<Outcome> outcome(Outcome outcome) {
    return CompletableFuture.completedFuture(outcome);
  }
}
