package dev.argus.web;

import dev.argus.ports.MessageQueue;
import dev.argus.ports.ObjectStore;
import dev.argus.ports.ObjectStore.Bucket;
import dev.argus.ports.ObjectStore.StoredObject;
import dev.argus.protocol.ClassifyReply;
import dev.argus.protocol.Codec;
import dev.argus.protocol.DeadLetter;
import dev.argus.protocol.DeadLetterCodec;
import dev.argus.protocol.DeadLetterHistory;
import dev.argus.protocol.MalformedMessageException;
import dev.argus.protocol.ObjectKeys;
import dev.argus.protocol.Problem;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;

/**
 * What an operator does with dead letters: look at them, send them again, or forget them.
 *
 * <p>It works on the objects {@code dead/<id>} alone, so it works wherever the buckets can be
 * reached: in a web node and on the command line. What cannot be done fails with {@link
 * DeadLetterException}. Safe for use by many threads.
 */
public final class DeadLetterAdmin {
  /** Dead letters in one page of a list. */
  public static final int PAGE_SIZE = 100;

  /** Failures that are told one by one when all dead letters are sent again. */
  public static final int MAX_FAILURES_TOLD = 100;

  private static final int PARALLELISM = 8;
  // SQS's own message ids are UUIDs too, but it promises no more than 100 characters.
  private static final String ID = "[A-Za-z0-9-]{1,100}";

  private final ActorSystem<?> system;
  private final ObjectStore store;
  private final Resend resend;

  /**
   * @param system runs the listings
   * @param requests where dead letters are sent again
   * @param deadline of a photo that is sent again
   */
  public DeadLetterAdmin(
      ActorSystem<?> system,
      ObjectStore store,
      MessageQueue requests,
      Duration deadline,
      InstantSource clock) {
    this.system = system;
    this.store = store;
    this.resend = new Resend(store, requests, deadline, clock);
  }

  /**
   * Some dead letters, in the order of their ids: photos by the time of their acceptance.
   *
   * @param next the id to go on after; empty at the end
   */
  public record Page(List<DeadLetter> letters, Optional<String> next) {}

  /** What became of a dead letter that was to be sent again. */
  public enum Redriven {
    /** It is on the request queue. */
    SENT,
    /** A duplicate of it had been answered meanwhile; that answer stays. */
    ANSWERED
  }

  /**
   * What became of all of them.
   *
   * @param failures why, by id; of many the first {@value #MAX_FAILURES_TOLD}
   */
  public record RedriveReport(int sent, int answered, int failed, Map<String, Problem> failures) {}

  /** The dead letters after {@code after}, which may be empty. */
  public CompletionStage<Page> list(String after) {
    if (!after.isEmpty() && !after.matches(ID)) {
      return CompletableFuture.failedFuture(
          new DeadLetterException(
              Problem.Kind.BAD_REQUEST.because(
                  "The list goes on after an id, such as the one under \"next\".")));
    }
    return ids(store, after)
        .take(PAGE_SIZE + 1)
        .runWith(Sink.seq(), system)
        .thenCompose(
            ids -> {
              List<String> shown = ids.subList(0, Math.min(PAGE_SIZE, ids.size()));
              Optional<String> next =
                  ids.size() > PAGE_SIZE
                      ? Optional.of(shown.get(shown.size() - 1))
                      : Optional.empty();
              return Source.from(shown)
                  .mapAsync(PARALLELISM, this::find)
                  .filter(Optional::isPresent) // discarded meanwhile
                  .map(Optional::get)
                  .runWith(Sink.seq(), system)
                  .thenApply(letters -> new Page(letters, next));
            });
  }

  /** The ids of all dead letters after {@code after}. */
  static Source<String, NotUsed> ids(ObjectStore store, String after) {
    return store
        .keysAfter(Bucket.STATE, ObjectKeys.deadLetter(after))
        .takeWhile(key -> key.startsWith(ObjectKeys.DEAD_LETTERS))
        .map(key -> key.substring(ObjectKeys.DEAD_LETTERS.length()));
  }

  /** One dead letter. */
  public CompletionStage<DeadLetter> show(String id) {
    return find(id).thenApply(found -> found.orElseThrow(() -> unknown(id)));
  }

  private CompletionStage<Optional<DeadLetter>> find(String id) {
    return id.matches(ID)
        ? store
            .get(Bucket.STATE, ObjectKeys.deadLetter(id))
            .thenApply(found -> found.map(object -> read(id, object)))
        : CompletableFuture.completedFuture(Optional.empty());
  }

  private static DeadLetter read(String id, StoredObject object) {
    String text = object.bytes().utf8String();
    try {
      return DeadLetterCodec.fromJson(text);
    } catch (MalformedMessageException e) {
      return new DeadLetter.Unreadable(
          id,
          text,
          object.metadata(),
          "the object " + ObjectKeys.deadLetter(id) + " is no dead letter that this version knows",
          Instant.EPOCH,
          new DeadLetterHistory(0, 0, Instant.EPOCH, "", ""));
    }
  }

  private static DeadLetterException unknown(String id) {
    return new DeadLetterException(
        Problem.Kind.NOT_FOUND.because("There is no dead letter with the id " + id + "."));
  }

  /**
   * Sends a photo again, as if it had just been accepted: its attempts and its failed result are
   * forgotten, and last of all the dead letter.
   *
   * <p>Whatever breaks in between, the dead letter is still there and can be sent again; a photo
   * that is then sent twice does no harm. Only the result that says "dead-lettered" is removed.
   * Nothing is changed if the photo is not stored any more.
   */
  public CompletionStage<Redriven> redrive(String id) {
    return show(id)
        .thenCompose(
            letter -> {
              if (letter instanceof DeadLetter.GivenUp photo) {
                return redrive(photo);
              }
              throw new DeadLetterException(
                  Problem.Kind.NOT_REDRIVABLE.because(
                      "The message "
                          + id
                          + " cannot be read: "
                          + ((DeadLetter.Unreadable) letter).problem()
                          + ". If a photo waits for it, the sweep sends that again by itself; the"
                          + " dead letter can only be discarded."));
            });
  }

  private CompletionStage<Redriven> redrive(DeadLetter.GivenUp letter) {
    return resend
        .find(letter.photo())
        .thenCompose(
            photo -> {
              if (photo.isEmpty()) {
                throw new DeadLetterException(
                    Problem.Kind.PHOTO_GONE.because(
                        "The photo "
                            + letter.id()
                            + " is not stored any more, so it cannot be recognised; its dead letter"
                            + " can only be discarded."));
              }
              return store
                  .delete(Bucket.STATE, ObjectKeys.attempts(letter.photo()))
                  .thenCompose(done -> isAnswered(letter))
                  .thenCompose(
                      answered ->
                          answered
                              ? CompletableFuture.completedFuture(Redriven.ANSWERED)
                              : store
                                  .delete(Bucket.OUTPUT, ObjectKeys.result(letter.photo()))
                                  .thenCompose(
                                      done ->
                                          resend.send(
                                              letter.photo(), photo.get(), letter.replyQueue()))
                                  .thenApply(done -> Redriven.SENT));
            })
        .thenCompose(redriven -> forget(letter.id()).thenApply(done -> redriven));
  }

  /** Whether the photo has a result that does not come from giving it up. */
  private CompletionStage<Boolean> isAnswered(DeadLetter.GivenUp letter) {
    return store
        .get(Bucket.OUTPUT, ObjectKeys.result(letter.photo()))
        .thenApply(
            result -> {
              try {
                return result.isPresent()
                    && !isDeadLettered(Codec.replyFromJson(result.get().bytes().utf8String()));
              } catch (MalformedMessageException e) {
                return false; // nobody can read it: it is made anew
              }
            });
  }

  static boolean isDeadLettered(ClassifyReply reply) {
    return reply instanceof ClassifyReply.Failed failed
        && failed.problem().is(Problem.Kind.DEAD_LETTERED);
  }

  /** Sends all of them again that can be; no single one makes it fail. */
  public CompletionStage<RedriveReport> redriveAll() {
    return redrive(ids(store, ""));
  }

  /** Sends these again if they can be; no single one makes it fail. */
  public CompletionStage<RedriveReport> redriveEach(Collection<String> ids) {
    return redrive(Source.from(ids));
  }

  private CompletionStage<RedriveReport> redrive(Source<String, NotUsed> ids) {
    return ids.mapAsync(PARALLELISM, this::attempt)
        .runWith(Sink.fold(new RedriveReport(0, 0, 0, Map.of()), DeadLetterAdmin::add), system);
  }

  private record Attempt(String id, Optional<Redriven> redriven, Optional<Problem> problem) {}

  private static RedriveReport add(RedriveReport sum, Attempt one) {
    if (one.problem().isPresent()) {
      Map<String, Problem> told = new LinkedHashMap<>(sum.failures());
      if (told.size() < MAX_FAILURES_TOLD) {
        told.put(one.id(), one.problem().get());
      }
      return new RedriveReport(sum.sent(), sum.answered(), sum.failed() + 1, told);
    }
    return one.redriven().equals(Optional.of(Redriven.SENT))
        ? new RedriveReport(sum.sent() + 1, sum.answered(), sum.failed(), sum.failures())
        : new RedriveReport(sum.sent(), sum.answered() + 1, sum.failed(), sum.failures());
  }

  private CompletionStage<Attempt> attempt(String id) {
    return redrive(id)
        .handle(
            (redriven, failure) ->
                new Attempt(
                    id,
                    Optional.ofNullable(redriven),
                    Optional.ofNullable(failure).map(DeadLetterAdmin::problem)));
  }

  private static Problem problem(Throwable failure) {
    Throwable cause = failure instanceof CompletionException e ? e.getCause() : failure;
    return cause instanceof DeadLetterException known
        ? known.problem()
        : Problem.Kind.UNAVAILABLE.because("It could not be sent again now: " + cause);
  }

  /** Forgets a dead letter; the failed result stays the photo's answer. */
  public CompletionStage<Done> discard(String id) {
    return show(id).thenCompose(letter -> forget(id));
  }

  private CompletionStage<Done> forget(String id) {
    return store.delete(Bucket.STATE, ObjectKeys.deadLetter(id));
  }
}
