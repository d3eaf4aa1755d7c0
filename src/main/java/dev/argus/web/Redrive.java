package dev.argus.web;

import dev.argus.ports.MessageQueue;
import dev.argus.ports.ObjectStore;
import dev.argus.ports.ObjectStore.Bucket;
import dev.argus.ports.ObjectStore.ObjectInfo;
import dev.argus.ports.ObjectStore.StoredObject;
import dev.argus.protocol.Codec;
import dev.argus.protocol.DeadLetter;
import dev.argus.protocol.MalformedMessageException;
import dev.argus.protocol.ObjectKeys;
import dev.argus.protocol.PhotoState;
import dev.argus.protocol.Problem;
import dev.argus.web.DeadLetterAdmin.Redriven;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends one dead letter again: its attempts are forgotten, its request is sent, and last of all the
 * dead letter is forgotten.
 *
 * <p>The failed result stays until an app node overwrites it with the new answer. Removing it would
 * need to know that it is still the failed one: of two processes that send the same photo again,
 * the slower would remove the answer to the faster. So a photo that is sent again is dead-lettered
 * until its new answer comes, and never without an answer.
 *
 * <p>Whatever breaks in between, the dead letter is still there and can be sent again; a photo that
 * is then sent twice does no harm. Nothing is changed if the photo is not stored any more.
 */
final class Redrive {
  private static final Logger LOG = LoggerFactory.getLogger(Redrive.class);

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
            found ->
                found.filter(Redrive::isAnswer).isPresent()
                    ? CompletableFuture.completedFuture(Redriven.ANSWERED)
                    : resend
                        .send(letter.photo(), photo, letter.replyQueue())
                        .thenApply(
                            done -> {
                              LOG.info("{} is sent again by an operator", letter.id());
                              return Redriven.SENT;
                            }));
  }

  /** Neither that the photo was given up, nor what nobody can read: both are made anew. */
  private static boolean isAnswer(StoredObject result) {
    try {
      return PhotoState.of(Codec.replyFromJson(result.bytes().utf8String()))
          != PhotoState.DEAD_LETTERED;
    } catch (MalformedMessageException e) {
      return false;
    }
  }
}
