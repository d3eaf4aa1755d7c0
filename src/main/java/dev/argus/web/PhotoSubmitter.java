package dev.argus.web;

import dev.argus.callback.Subject;
import dev.argus.config.ImageSettings;
import dev.argus.image.PhotoHeader;
import dev.argus.ports.Completions;
import dev.argus.protocol.PhotoException;
import dev.argus.protocol.PhotoId;
import dev.argus.protocol.Problem;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.util.ByteString;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes a photo whose bytes are here to its outcome: reads its header, finds its id, and hands it
 * to a request actor of its own.
 */
final class PhotoSubmitter {
  private static final Logger LOG = LoggerFactory.getLogger(PhotoSubmitter.class);

  /** How much longer than the deadline the request actor is given to say that it passed. */
  private static final Duration ASK_SLACK = Duration.ofSeconds(10);

  private final ActorSystem<?> system;
  private final ActorRef<RequestManager.Command> requests;
  private final IdempotencyKeys keys;
  private final CallbackRequests callbacks;
  private final Duration deadline;
  private final Duration entryLimit;
  private final ImageSettings imageSettings;
  private final InstantSource clock;

  /**
   * @param entryLimit a photo that its batch took longer to write down is not stored, for its id
   *     may be so old by then that the {@link Sweep} would pass it
   */
  PhotoSubmitter(
      ActorSystem<?> system,
      ActorRef<RequestManager.Command> requests,
      IdempotencyKeys keys,
      CallbackRequests callbacks,
      Duration deadline,
      Duration entryLimit,
      ImageSettings imageSettings,
      InstantSource clock) {
    this.system = system;
    this.requests = requests;
    this.keys = keys;
    this.callbacks = callbacks;
    this.deadline = deadline;
    this.entryLimit = entryLimit;
    this.imageSettings = imageSettings;
    this.clock = clock;
  }

  /**
   * Submits one photo; its permit is this method's from here on, unless it throws.
   *
   * @param place of the photo in its request, from 0
   * @param ticket told of the photo's id before it is stored
   */
  CompletionStage<Outcome> submit(
      String name,
      int place,
      BodyCollector body,
      Admission.Permit permit,
      UploadRequest upload,
      PhotoTicket ticket) {
    Photo photo;
    try {
      photo = check(name, body);
    } catch (PhotoException bad) {
      permit.close();
      return refused(bad.problem());
    }
    permit.arrived(photo.bytes().size());
    return upload
        .key()
        .map(key -> keys.claim(key.ofPhoto(place), photo.sha256()))
        .orElseGet(() -> CompletableFuture.completedFuture(PhotoId.random()))
        .thenCompose(id -> withCallback(id, upload))
        .handle(
            (id, failure) ->
                failure == null
                    ? enter(id, photo, permit, upload, ticket)
                    : notBegun(permit, failure))
        .thenCompose(outcome -> outcome);
  }

  private CompletionStage<Outcome> enter(
      PhotoId id, Photo photo, Admission.Permit permit, UploadRequest upload, PhotoTicket ticket) {
    Instant begun = clock.instant();
    return ticket
        .enter(photo.name(), id)
        .thenCompose(
            refused -> {
              Duration taken = Duration.between(begun, clock.instant());
              Optional<Problem> why =
                  refused.isEmpty() && taken.compareTo(entryLimit) > 0
                      ? Optional.of(tooLate())
                      : refused;
              if (why.isPresent()) {
                permit.close();
                return refused(why.get());
              }
              return ask(id, photo, permit, upload);
            });
  }

  private static Problem tooLate() {
    return Problem.Kind.UNAVAILABLE.because(
        "It took too long to write down which photos came together, so the photo was not accepted."
            + " Send it again later.");
  }

  private CompletionStage<Outcome> ask(
      PhotoId id, Photo photo, Admission.Permit permit, UploadRequest upload) {
    return AskPattern.ask(
        requests,
        replyTo ->
            new RequestManager.Submit(
                new Upload(
                    id,
                    photo.name(),
                    permit,
                    upload.traceparent(),
                    deadline,
                    upload.preferences().pendingAfter(),
                    upload.client().gone(),
                    replyTo::tell),
                photo),
        deadline.plus(ASK_SLACK),
        system.scheduler());
  }

  /** A callback is owed before its photo is accepted: else a crash in between would forget it. */
  private CompletionStage<PhotoId> withCallback(PhotoId id, UploadRequest upload) {
    return upload
        .callback()
        .map(
            url ->
                callbacks.register(Subject.photo(id.toString()), url).thenApply(registered -> id))
        .orElseGet(() -> CompletableFuture.completedFuture(id));
  }

  /** The key or the callback cannot be had, or cannot be looked at: nothing is accepted. */
  private static CompletionStage<Outcome> notBegun(Admission.Permit permit, Throwable failure) {
    permit.close();
    Throwable cause = Completions.cause(failure);
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
                  .formatted(body.limit(), body.size())));
    }
    ByteString bytes = body.bytes();
    PhotoHeader header = PhotoHeader.read(bytes.toArrayUnsafe(), imageSettings);
    return Photo.of(name, header.mediaType(), bytes);
  }

  private static CompletionStage<Outcome> refused(Problem problem) {
    return CompletableFuture.completedFuture(new Outcome.Refused(problem));
  }
}
