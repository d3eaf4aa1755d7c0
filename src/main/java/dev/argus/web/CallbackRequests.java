package dev.argus.web;

import dev.argus.batch.BatchReply;
import dev.argus.callback.Callbacks;
import dev.argus.callback.Results;
import dev.argus.callback.Subject;
import dev.argus.ports.Completions;
import dev.argus.protocol.Answer;
import dev.argus.protocol.BatchId;
import dev.argus.protocol.Codec;
import dev.argus.protocol.PhotoException;
import dev.argus.protocol.PhotoId;
import dev.argus.protocol.Problem;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes up that a client wants to be called back, by its {@code Argus-Callback-Url}. */
final class CallbackRequests {
  private static final Logger LOG = LoggerFactory.getLogger(CallbackRequests.class);
  private static final String HEADER = "Argus-Callback-Url";

  /** To look the name up, and to write one object. */
  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  private final ActorSystem<?> system;
  private final Optional<ActorRef<Callbacks.Command>> callbacks;

  /**
   * @param callbacks empty if no secret is configured to sign them with
   */
  CallbackRequests(ActorSystem<?> system, Optional<ActorRef<Callbacks.Command>> callbacks) {
    this.system = system;
    this.callbacks = callbacks;
  }

  /**
   * Where the client wants to be called back, if it does.
   *
   * @throws PhotoException if it cannot be
   */
  Optional<URI> of(HttpRequest request) {
    Optional<URI> url = request.getHeader(HEADER).map(HttpHeader::value).map(Callbacks::parseUrl);
    if (url.isPresent() && callbacks.isEmpty()) {
      throw new PhotoException(
          Problem.Kind.BAD_REQUEST.because(
              "This Argus calls nobody back, for argus.web.callbacks.secret is not set. Send the"
                  + " photo without Argus-Callback-Url."));
    }
    return url;
  }

  /** Done when the callback is owed; fails with {@link PhotoException} if it cannot be. */
  CompletionStage<Done> register(Subject subject, URI url) {
    return AskPattern.<Callbacks.Command, Done>askWithStatus(
            callbacks.orElseThrow(),
            replyTo -> new Callbacks.Register(subject, url, replyTo),
            TIMEOUT,
            system.scheduler())
        .exceptionally(
            failure -> {
              Throwable cause = Completions.cause(failure);
              throw cause instanceof PhotoException
                  ? new CompletionException(cause)
                  : new PhotoException(refusal(subject, cause));
            });
  }

  private static Problem refusal(Subject subject, Throwable cause) {
    if (cause instanceof Callbacks.TooManyCallbacksException) {
      return Problem.Kind.OVERLOADED.because(
          "As many callbacks are pending as Argus keeps account of, so nothing was accepted. Send"
              + " it again later.");
    }
    LOG.warn("the callback of {} cannot be kept: {}", subject, cause.toString());
    return Problem.Kind.UNAVAILABLE.because(
        "The callback cannot be kept now, so nothing was accepted. Send it again later.");
  }

  /** Tells of an answer that came by. */
  void answered(Answer answer) {
    Subject subject = Subject.photo(answer.reply().id().toString());
    callbacks.ifPresent(actor -> actor.tell(new Callbacks.Finished(subject)));
  }

  /** Tells that all photos of a batch are finished. */
  void finished(BatchId batch) {
    callbacks.ifPresent(
        actor -> actor.tell(new Callbacks.Finished(Subject.batch(batch.toString()))));
  }

  /**
   * What callbacks tell of photos and batches, from S3.
   *
   * @param batches answers how a batch stands
   */
  static Results results(
      ResultLookup lookup, Function<BatchId, CompletionStage<BatchReply>> batches) {
    return subject ->
        subject.kind() == Subject.Kind.PHOTO
            ? lookup
                .find(PhotoId.parse(subject.id()).orElseThrow())
                .thenApply(CallbackRequests::finding)
            : batches
                .apply(BatchId.parse(subject.id()).orElseThrow())
                .thenApply(CallbackRequests::finding);
  }

  private static Results.Finding finding(BatchReply reply) {
    if (reply instanceof BatchReply.Shown shown) {
      return switch (shown.view().state()) {
        case FINISHED, CANCELLED -> new Results.Finished(BatchJson.batch(shown.view()));
        case RECEIVING, WORKING -> Results.Pending.INSTANCE;
      };
    }
    Problem problem = ((BatchReply.Refused) reply).problem();
    if (problem.is(Problem.Kind.NOT_FOUND)) {
      return Results.Unknown.INSTANCE;
    }
    throw new IllegalStateException(problem.detail());
  }

  private static Results.Finding finding(Outcome outcome) {
    if (outcome instanceof Outcome.Answered answered) {
      return new Results.Finished(Codec.toJsonNode(answered.reply()));
    }
    return outcome instanceof Outcome.Pending ? Results.Pending.INSTANCE : Results.Unknown.INSTANCE;
  }
}
