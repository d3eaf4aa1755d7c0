package dev.argus.web;

import dev.argus.config.UploadSettings;
import dev.argus.ports.Completions;
import dev.argus.protocol.PhotoException;
import dev.argus.protocol.Problem;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.http.javadsl.model.ContentType;
import org.apache.pekko.http.javadsl.model.HttpEntity;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.Multipart;
import org.apache.pekko.http.javadsl.model.headers.ContentDisposition;
import org.apache.pekko.http.javadsl.unmarshalling.Unmarshaller;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;

/** Reads a request: streams each photo in within limits, and hands it to its {@link Intake}. */
final class UploadReader {
  /** Longer than an answer is waited for. */
  private static final Duration LEFT = Duration.ofMinutes(10);

  private final ActorSystem<?> system;
  private final Door door;
  private final RefusedBodies refusedBodies;
  private final CallbackRequests callbacks;
  private final Intake.Dependencies intakes;
  private final UploadSettings settings;

  UploadReader(
      ActorSystem<?> system,
      Door door,
      RefusedBodies refusedBodies,
      CallbackRequests callbacks,
      Intake.Dependencies intakes,
      UploadSettings settings) {
    this.system = system;
    this.door = door;
    this.refusedBodies = refusedBodies;
    this.callbacks = callbacks;
    this.intakes = intakes;
    this.settings = settings;
  }

  /**
   * A request that is being read.
   *
   * @param batch done when its photos are known to be a batch, or at its end if they are none;
   *     never fails
   * @param photos done when the whole request is read; the outcomes of its photos are still to come
   */
  record Reading(
      CompletionStage<Optional<BatchUpload>> batch, CompletionStage<List<TakenPhoto>> photos) {}

  /**
   * Begins to read a request. One that is not let in is not read.
   *
   * @param streams whether even one photo is a batch
   */
  Reading read(
      HttpRequest request,
      Client client,
      Principal principal,
      Preferences preferences,
      boolean streams) {
    Optional<IdempotencyKey> key;
    Optional<URI> callback;
    try {
      key = IdempotencyKey.of(request);
      callback = callbacks.of(request);
    } catch (PhotoException bad) {
      return refused(request, new Outcome.Refused(bad.problem()));
    }
    long atMost = atMost(request);
    Verdict verdict = door.admit(principal, atMost);
    if (verdict instanceof Refusal refusal) {
      return refused(request, new Outcome.Refused(refusal));
    }
    UploadRequest upload =
        new UploadRequest(TraceContext.of(request), client, principal, preferences, key, callback);
    Intake intake = new Intake(intakes, upload, (Admission.Permit) verdict, atMost, streams);
    BodyWatch watch = new BodyWatch(system, settings.bodyTimeout());
    intake
        .batch()
        .thenAccept(batch -> batch.ifPresent(made -> made.cancelled().thenRun(watch::finish)));
    watch.waitAnew();
    read(request, intake, watch)
        .whenComplete(
            (done, failure) -> {
              if (failure == null) {
                watch.finish();
              } else {
                watch.giveUp(Completions.cause(failure));
              }
            });
    return new Reading(
        intake.batch(),
        watch
            .end()
            .handle(
                (done, failure) -> intake.end(failure == null ? null : Completions.cause(failure)))
            .thenCompose(photos -> photos));
  }

  /** One that is not let in. */
  Reading refused(HttpRequest request, Outcome.Refused why) {
    return new Reading(
        CompletableFuture.completedFuture(Optional.empty()),
        refusedBodies
            .pass(request)
            .thenApply(
                done -> List.of(new TakenPhoto("", "", CompletableFuture.completedFuture(why)))));
  }

  /** The most that one photo of the request can have. */
  private long atMost(HttpRequest request) {
    return Math.min(
        request.entity().getContentLengthOption().orElse(Long.MAX_VALUE), settings.maxPhotoBytes());
  }

  private CompletionStage<Done> read(HttpRequest request, Intake intake, BodyWatch watch) {
    ContentType contentType = request.entity().getContentType();
    if (!contentType.mediaType().isMultipart()) {
      String name =
          request
              .getHeader(ContentDisposition.class)
              .flatMap(header -> Optional.ofNullable(header.getParams().get("filename")))
              .orElse("");
      return take("", name, request.entity(), intake, watch);
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
                    .mapAsync(1, part -> readPart(part, intake, watch))
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
      Multipart.FormData.BodyPart part, Intake intake, BodyWatch watch) {
    if (intake.isClosed()) {
      return leave(part.getEntity());
    }
    watch.waitAnew();
    CompletionStage<Done> read =
        part.getFilename().isEmpty()
            ? sent(part.getEntity().getDataBytes()).runWith(Sink.ignore(), system)
            : take(
                part.getName(),
                FileNames.fromForm(part.getFilename().get()),
                part.getEntity(),
                intake,
                watch);
    return read.thenApply(
        done -> {
          watch.waitAnew(); // for the next one
          return done;
        });
  }

  /**
   * Leaves the rest where it is. Cancelling it would end the connection before it is answered; not
   * reading on does not.
   */
  private CompletionStage<Done> leave(HttpEntity entity) {
    return sent(entity.getDataBytes()).mapAsync(1, chunk -> never()).runWith(Sink.ignore(), system);
  }

  /** Not in any time that matters: the connection ends before. */
  private static <T> CompletionStage<T> never() {
    return new CompletableFuture<T>().orTimeout(LEFT.toSeconds(), TimeUnit.SECONDS);
  }

  /** Reads one photo when there is room; done when it is on its way. */
  private CompletionStage<Done> take(
      String field, String fileName, HttpEntity entity, Intake intake, BodyWatch watch) {
    String name = FileNames.sanitise(fileName);
    int place = intake.nextPlace();
    if (place >= settings.maxPhotosPerForm()) {
      return pass(field, name, place, entity, intake, watch);
    }
    CompletableFuture<Verdict> room = intake.room().toCompletableFuture();
    return gather(entity, room, watch)
        .thenCombine(
            room,
            (body, verdict) -> {
              watch.pause(); // the batch may have to be made first
              return taken(field, name, place, body, verdict, intake);
            })
        .thenCompose(taken -> taken)
        .exceptionallyCompose(
            failure -> {
              watch.giveUp(Completions.cause(failure));
              giveBack(room);
              return never();
            });
  }

  private CompletionStage<BodyCollector> gather(
      HttpEntity entity, CompletableFuture<Verdict> room, BodyWatch watch) {
    BodyCollector body = new BodyCollector(settings.maxPhotoBytes());
    if (entity instanceof HttpEntity.Strict whole) { // it is here: there is nothing to wait for
      watch.pause();
      return room.thenApply(
          verdict -> verdict instanceof Admission.Permit ? body.add(whole.getData()) : body);
    }
    return hold(sent(entity.getDataBytes()), room, watch)
        .runFold(
            body,
            (soFar, chunk) -> room.join() instanceof Admission.Permit ? soFar.add(chunk) : soFar,
            system);
  }

  /** Nothing of the photo is read before there is room; yet its stream is in use, as it must be. */
  private static Source<ByteString, ?> hold(
      Source<ByteString, ?> data, CompletableFuture<Verdict> room, BodyWatch watch) {
    if (room.isDone() && !room.isCompletedExceptionally()) {
      return data;
    }
    watch.pause();
    CompletionStage<Verdict> readOn =
        room.whenComplete(
                (verdict, failure) -> {
                  if (failure == null) {
                    watch.waitAnew();
                  } else {
                    watch.giveUp(Completions.cause(failure));
                  }
                })
            .exceptionallyCompose(failure -> never());
    return data.mapAsync(1, chunk -> readOn.thenApply(verdict -> chunk));
  }

  private static CompletionStage<Done> taken(
      String field, String name, int place, BodyCollector body, Verdict verdict, Intake intake) {
    return verdict instanceof Refusal refusal
        ? intake.turned(field, name, place, new Outcome.Refused(refusal))
        : intake.arrived(field, name, place, body, (Admission.Permit) verdict);
  }

  private static void giveBack(CompletionStage<Verdict> room) {
    room.thenAccept(
        verdict -> {
          if (verdict instanceof Admission.Permit permit) {
            permit.close();
          }
        });
  }

  /** Reads past a photo of too many, to tell its client so; and no further than twice as many. */
  private CompletionStage<Done> pass(
      String field, String name, int place, HttpEntity entity, Intake intake, BodyWatch watch) {
    Problem problem =
        Problem.Kind.TOO_LARGE.because(
            "A form may have " + settings.maxPhotosPerForm() + " photos.");
    if (place >= 2L * settings.maxPhotosPerForm()) {
      watch.giveUp(new PhotoException(problem));
      return leave(entity);
    }
    return sent(entity.getDataBytes())
        .runWith(Sink.ignore(), system)
        .thenCompose(done -> intake.turned(field, name, place, new Outcome.Refused(problem)));
  }
}
