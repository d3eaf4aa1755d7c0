package dev.argus.web;

import dev.argus.ports.MessageQueue;
import dev.argus.ports.ObjectStore;
import dev.argus.ports.ObjectStore.Bucket;
import dev.argus.ports.ObjectStore.ObjectInfo;
import dev.argus.ports.ObjectStore.StoredObject;
import dev.argus.protocol.ClassifyReply;
import dev.argus.protocol.Codec;
import dev.argus.protocol.DeadLetter;
import dev.argus.protocol.MalformedMessageException;
import dev.argus.protocol.ObjectKeys;
import dev.argus.protocol.Problem;
import dev.argus.web.DeadLetterAdmin.Redriven;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;

/**
 * Sends one dead letter again: its attempts and its failed result are forgotten, and last of all
 * the dead letter.
 *
 * <p>Whatever breaks in between, the dead letter is still there and can be sent again; a photo that
 * is then sent twice does no harm. Nothing is changed if the photo is not stored any more.
 */
final class Redrive {
  private enum Result {
    ABSENT,
    /** It says that the photo was given up, or cannot be read: it is made anew. */
    TO_BE_REPLACED,
    GOOD
  }

  private final ObjectStore store;
  private final Resend resend;

  Redrive(ObjectStore store, MessageQueue requests, Duration deadline, InstantSource clock) {
    this.store = store;
    this.resend = new Resend(store, requests, deadline, clock);
  }

  /** Fails with {@link DeadLetterException} for one that cannot be sent. */
  CompletionStage<Redriven> send(DeadLetter letter) {
    if (letter instanceof DeadLetter.GivenUp photo) {
      return send(photo);
    }
    return failed(
        Problem.Kind.NOT_REDRIVABLE.because(
            "The message "
                + letter.id()
                + " cannot be read: "
                + ((DeadLetter.Unreadable) letter).problem()
                + ". If a photo waits for it, the sweep sends that again by itself; the"
                + " dead letter can only be discarded."));
  }

  private static <T> CompletionStage<T> failed(Problem problem) {
    return CompletableFuture.failedFuture(new DeadLetterException(problem));
  }

  private CompletionStage<Redriven> send(DeadLetter.GivenUp letter) {
    return resend
        .find(letter.photo())
        .thenCompose(
            photo ->
                photo.isPresent()
                    ? send(letter, photo.get())
                    : failed(
                        Problem.Kind.PHOTO_GONE.because(
                            "The photo "
                                + letter.id()
                                + " is not stored any more, so it cannot be recognised; its dead"
                                + " letter can only be discarded.")))
        .thenCompose(
            redriven ->
                store
                    .delete(Bucket.STATE, ObjectKeys.deadLetter(letter.id()))
                    .thenApply(done -> redriven));
  }

  private CompletionStage<Redriven> send(DeadLetter.GivenUp letter, ObjectInfo photo) {
    return store
        .delete(Bucket.STATE, ObjectKeys.attempts(letter.photo()))
        .thenCompose(done -> store.get(Bucket.OUTPUT, ObjectKeys.result(letter.photo())))
        .thenCompose(
            found -> {
              Result result = judge(found);
              return result == Result.GOOD
                  ? CompletableFuture.completedFuture(Redriven.ANSWERED)
                  : remove(result, letter)
                      .thenCompose(done -> resend.send(letter.photo(), photo, letter.replyQueue()))
                      .thenApply(done -> Redriven.SENT);
            });
  }

  /** Never one that was absent: by now there may be a good one, from another redrive. */
  private CompletionStage<Done> remove(Result result, DeadLetter.GivenUp letter) {
    return result == Result.TO_BE_REPLACED
        ? store.delete(Bucket.OUTPUT, ObjectKeys.result(letter.photo()))
        : CompletableFuture.completedFuture(Done.getInstance());
  }

  private static Result judge(Optional<StoredObject> found) {
    if (found.isEmpty()) {
      return Result.ABSENT;
    }
    try {
      ClassifyReply reply = Codec.replyFromJson(found.get().bytes().utf8String());
      return DeadLetterAdmin.isDeadLettered(reply) ? Result.TO_BE_REPLACED : Result.GOOD;
    } catch (MalformedMessageException e) {
      return Result.TO_BE_REPLACED;
    }
  }
}
