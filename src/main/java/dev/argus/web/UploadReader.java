package dev.argus.web;

import dev.argus.config.ImageSettings;
import dev.argus.config.WebSettings;
import dev.argus.image.PhotoHeader;
import dev.argus.protocol.PhotoException;
import dev.argus.protocol.PhotoId;
import dev.argus.protocol.Problem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntFunction;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.http.javadsl.model.ContentType;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.Multipart;
import org.apache.pekko.http.javadsl.model.headers.ContentDisposition;
import org.apache.pekko.http.javadsl.unmarshalling.Unmarshaller;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the photos of a request: streams each one in within limits, reads its header, and hands it
 * to a request actor of its own.
 */
final class UploadReader {
  private static final Logger LOG = LoggerFactory.getLogger(UploadReader.class);

  /** How much longer than the deadline the request actor is given to say that it passed. */
  private static final Duration ASK_SLACK = Duration.ofSeconds(10);

  private final ActorSystem<?> system;
  private final ActorRef<RequestManager.Command> requests;
  private final Door door;
  private final RefusedBodies refusedBodies;
  private final IdempotencyKeys keys;
  private final WebSettings settings;
  private final ImageSettings imageSettings;

  UploadReader(
      ActorSystem<?> system,
      ActorRef<RequestManager.Command> requests,
      Door door,
      RefusedBodies refusedBodies,
      IdempotencyKeys keys,
      WebSettings settings,
      ImageSettings imageSettings) {
    this.system = system;
    this.requests = requests;
    this.door = door;
    this.refusedBodies = refusedBodies;
    this.keys = keys;
    this.settings = settings;
    this.imageSettings = imageSettings;
  }

  /**
   * One uploaded photo on its way to an answer.
   *
   * @param field the name of its form field; empty for a raw body
   */
  record Upload(String field, String name, CompletionStage<Outcome> outcome) {}

  /** A request that is being read. */
  private record Reading(
      HttpRequest request,
      Client client,
      Principal principal,
      Preferences preferences,
      Taken taken) {}

  /** The photos taken of one request; once its client is answered no more are taken. */
  private static final class Taken {
    private final Optional<IdempotencyKey> key;
    private final List<Upload> uploads = new ArrayList<>();
    private Optional<Admission.Permit> first;
    private boolean closed;

    Taken(Optional<IdempotencyKey> key, Admission.Permit first) {
      this.key = key;
      this.first = Optional.of(first);
    }

    /** The permit that the request was let in with, for its first photo. */
    synchronized Optional<Admission.Permit> takeFirstPermit() {
      Optional<Admission.Permit> permit = first;
      first = Optional.empty();
      return permit;
    }

    synchronized boolean add(
        String field, String name, IntFunction<CompletionStage<Outcome>> outcome) {
      if (!closed) {
        uploads.add(new Upload(field, name, outcome.apply(uploads.size())));
      }
      return !closed;
    }

    synchronized int size() {
      return uploads.size();
    }

    synchronized List<Upload> close() {
      closed = true;
      first.ifPresent(Admission.Permit::close);
      return List.copyOf(uploads);
    }
  }

  /**
   * Done when the whole request is read; the outcomes of its photos are still to come. A request
   * that is not let in is not read.
   */
  CompletionStage<List<Upload>> read(
      HttpRequest request, Client client, Principal principal, Preferences preferences) {
    Optional<IdempotencyKey> key = IdempotencyKey.of(request);
    Verdict verdict = door.admit(principal, atMost(request));
    if (verdict instanceof Refusal refusal) {
      return refusedBodies
          .pass(request)
          .thenApply(done -> List.of(new Upload("", "", refused(refusal))));
    }
    Taken taken = new Taken(key, (Admission.Permit) verdict);
    // A timeout inside the stream would cut the connection before the client has its answer.
    return read(new Reading(request, client, principal, preferences, taken))
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
  private List<Upload> end(List<Upload> taken, Throwable failure) {
    if (failure == null) {
      return taken;
    }
    Throwable cause = failure instanceof CompletionException e ? e.getCause() : failure;
    if (cause instanceof TimeoutException) {
      cause = new BodyTimeoutException(settings.bodyTimeout());
    }
    if (taken.isEmpty()) {
      throw new CompletionException(cause);
    }
    Problem problem =
        Problem.Kind.BAD_REQUEST.because("The rest cannot be read: " + cause.getMessage());
    List<Upload> all = new ArrayList<>(taken);
    all.add(new Upload("", "", refused(problem)));
    return all;
  }

  private CompletionStage<Done> read(Reading reading) {
    HttpRequest request = reading.request();
    ContentType contentType = request.entity().getContentType();
    if (!contentType.mediaType().isMultipart()) {
      String name =
          request
              .getHeader(ContentDisposition.class)
              .flatMap(header -> Optional.ofNullable(header.getParams().get("filename")))
              .orElse("");
      return take("", name, sent(request.entity().getDataBytes()), reading);
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
              throw unreadable(failure instanceof CompletionException e ? e.getCause() : failure);
            })
        .thenCompose(
            form ->
                sent(form.getParts().<Multipart.FormData.BodyPart>map(part -> part))
                    .mapAsync(1, part -> readPart(part, reading))
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
  private CompletionStage<Done> readPart(Multipart.FormData.BodyPart part, Reading reading) {
    Source<ByteString, ?> data = sent(part.getEntity().getDataBytes());
    if (part.getFilename().isEmpty()) {
      return data.runWith(Sink.ignore(), system);
    }
    String name = FileNames.fromForm(part.getFilename().get());
    return reading.taken().size() < settings.maxPhotosPerForm()
        ? take(part.getName(), name, data, reading)
        : pass(
            part.getName(),
            FileNames.sanitise(name),
            data,
            reading.taken(),
            new Outcome.Refused(
                Problem.Kind.TOO_LARGE.because(
                    "A form may have " + settings.maxPhotosPerForm() + " photos.")));
  }

  /** Reads past a photo that is not taken, to those behind it. */
  private CompletionStage<Done> pass(
      String field, String name, Source<ByteString, ?> data, Taken taken, Outcome refused) {
    return data.runWith(Sink.ignore(), system)
        .whenComplete(
            (done, failure) ->
                taken.add(field, name, place -> CompletableFuture.completedFuture(refused)));
  }

  /** Reads one photo; done when its bytes are read, while its outcome is still to come. */
  private CompletionStage<Done> take(
      String field, String fileName, Source<ByteString, ?> data, Reading reading) {
    String name = FileNames.sanitise(fileName);
    Taken taken = reading.taken();
    Verdict verdict =
        taken
            .takeFirstPermit()
            .<Verdict>map(first -> first)
            .orElseGet(() -> door.admit(reading.principal(), atMost(reading.request())));
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
                    taken.add(field, name, place -> submit(name, place, body, permit, reading));
              } finally {
                if (!submitted) {
                  permit.close();
                }
              }
              return Done.getInstance();
            });
  }

  private CompletionStage<Outcome> submit(
      String name, int place, BodyCollector body, Admission.Permit permit, Reading reading) {
    Photo photo;
    try {
      photo = check(name, body);
    } catch (PhotoException bad) {
      permit.close();
      return refused(bad.problem());
    }
    permit.arrived(photo.bytes().size());
    Optional<IdempotencyKey> key = reading.taken().key.map(k -> k.ofPhoto(place));
    Optional<String> traceparent = TraceContext.of(reading.request());
    Preferences preferences = reading.preferences();
    CompletionStage<Done> gone = reading.client().gone();
    return key.map(k -> keys.claim(k, InputObject.sha256(photo)))
        .orElseGet(() -> CompletableFuture.completedFuture(PhotoId.random()))
        .handle(
            (id, failure) ->
                failure == null
                    ? submit(id, photo, permit, traceparent, preferences, gone)
                    : notClaimed(permit, failure))
        .thenCompose(outcome -> outcome);
  }

  private CompletionStage<Outcome> submit(
      PhotoId id,
      Photo photo,
      Admission.Permit permit,
      Optional<String> traceparent,
      Preferences preferences,
      CompletionStage<Done> gone) {
    return AskPattern.ask(
        requests,
        replyTo ->
            new RequestManager.Submit(
                new RequestActor.Upload(
                    id,
                    photo.name(),
                    permit,
                    traceparent,
                    settings.deadline(),
                    preferences.pendingAfter(),
                    gone,
                    replyTo),
                photo),
        settings.deadline().plus(ASK_SLACK),
        system.scheduler());
  }

  /** The key cannot be had for this photo, or cannot be looked at: nothing is accepted. */
  private static CompletionStage<Outcome> notClaimed(Admission.Permit permit, Throwable failure) {
    permit.close();
    Throwable cause = failure instanceof CompletionException e ? e.getCause() : failure;
    if (cause instanceof PhotoException unavailable) {
      return refused(unavailable.problem());
    }
    LOG.warn("an idempotency key cannot be looked at: {}", cause.toString());
    return refused(
        Problem.Kind.UNAVAILABLE.because(
            "The idempotency key cannot be looked at now, so nothing was accepted. Send it again"
                + " later."));
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

  private static CompletionStage<Outcome> refused(Refusal refusal) {
    return CompletableFuture.completedFuture(new Outcome.Refused(refusal));
  }

  private static CompletionStage<Outcome> refused(Problem problem) {
    return CompletableFuture.completedFuture(new Outcome.Refused(problem));
  }
}
