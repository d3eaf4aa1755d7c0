package dev.argus.web;

import dev.argus.ports.Completions;
import dev.argus.ports.MessageQueue;
import dev.argus.ports.ObjectStore;
import dev.argus.ports.ObjectStore.Bucket;
import dev.argus.ports.ObjectStore.StoredObject;
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
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicBoolean;
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
  /** Dead letters in one page of a list, and the most that one call sends again. */
  public static final int PAGE_SIZE = 100;

  /** Failures that are told one by one when many dead letters are sent again. */
  public static final int MAX_FAILURES_TOLD = 100;

  private static final int PARALLELISM = 8;
  private static final int BODIES_AT_ONCE = 4; // in memory while a page is listed
  // SQS's own message ids are UUIDs too, but it promises no more than 100 characters.
  private static final String ID = "[A-Za-z0-9-]{1,100}";

  private final ActorSystem<?> system;
  private final ObjectStore store;
  private final Redrive redrive;
  private final ConcurrentMap<String, CompletableFuture<Redriven>> redrivesUnderWay =
      new ConcurrentHashMap<>();
  private final AtomicBoolean bulkUnderWay = new AtomicBoolean();

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
    this.redrive = new Redrive(store, requests, deadline, clock);
  }

  /**
   * Some dead letters, in the order of their ids: photos by the time of their acceptance.
   *
   * @param letters the unreadable messages without their bodies and attributes
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
   * What became of some of them.
   *
   * @param failures why, by id; of many the first {@value #MAX_FAILURES_TOLD}
   * @param next the id to go on after; empty at the end
   */
  public record RedriveReport(
      int sent, int answered, int failed, Map<String, Problem> failures, Optional<String> next) {
    /** Of none. */
    public static final RedriveReport NOTHING =
        new RedriveReport(0, 0, 0, Map.of(), Optional.empty());

    /** What became of these and of {@code later} ones. */
    public RedriveReport plus(RedriveReport later) {
      Map<String, Problem> told = new LinkedHashMap<>(failures);
      for (Map.Entry<String, Problem> failure : later.failures.entrySet()) {
        if (told.size() < MAX_FAILURES_TOLD) {
          told.put(failure.getKey(), failure.getValue());
        }
      }
      return new RedriveReport(
          sent + later.sent, answered + later.answered, failed + later.failed, told, later.next);
    }

    private RedriveReport before(Optional<String> more) {
      return new RedriveReport(sent, answered, failed, failures, more);
    }
  }

  /** Dead letters after {@code after}, which may be empty, at most {@value #PAGE_SIZE}. */
  public CompletionStage<Page> list(String after) {
    return some(after)
        .thenCompose(
            ids ->
                Source.from(ids.some())
                    .mapAsync(
                        BODIES_AT_ONCE,
                        id -> find(id).thenApply(found -> found.map(DeadLetterAdmin::bodiless)))
                    .filter(Optional::isPresent) // discarded meanwhile
                    .map(Optional::get)
                    .runWith(Sink.seq(), system)
                    .thenApply(letters -> new Page(letters, ids.next())));
  }

  /** A body may be a megabyte, and a page of them a lot of memory. */
  private static DeadLetter bodiless(DeadLetter letter) {
    return letter instanceof DeadLetter.Unreadable message
        ? new DeadLetter.Unreadable(
            message.id(), "", Map.of(), message.problem(), message.at(), message.history())
        : letter;
  }

  private record Ids(List<String> some, Optional<String> next) {}

  private CompletionStage<Ids> some(String after) {
    if (!after.isEmpty() && !after.matches(ID)) {
      return CompletableFuture.failedFuture(
          new DeadLetterException(
              Problem.Kind.BAD_REQUEST.because(
                  "The list goes on after an id, such as the one under \"next\".")));
    }
    return ids(store, after)
        .filter(id -> id.matches(ID)) // what is not a dead letter of ours is left alone
        .take(PAGE_SIZE + 1)
        .runWith(Sink.seq(), system)
        .thenApply(
            ids ->
                ids.size() > PAGE_SIZE
                    ? new Ids(ids.subList(0, PAGE_SIZE), Optional.of(ids.get(PAGE_SIZE - 1)))
                    : new Ids(ids, Optional.empty()));
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
   * Sends a photo again, as if it had just been accepted. Asked for the same one twice at once, it
   * does it once and tells both.
   *
   * <p>Whatever breaks in between, the dead letter is still there and can be sent again. The photo
   * remains dead-lettered, and its result says so, until the new answer comes.
   */
  public CompletionStage<Redriven> redrive(String id) {
    CompletableFuture<Redriven> mine = new CompletableFuture<>();
    CompletableFuture<Redriven> underWay = redrivesUnderWay.putIfAbsent(id, mine);
    if (underWay != null) {
      return underWay;
    }
    CompletableFuture.completedFuture(id)
        .thenCompose(this::show)
        .thenCompose(redrive::send)
        .whenComplete(
            (redriven, failure) -> {
              redrivesUnderWay.remove(id);
              if (failure == null) {
                mine.complete(redriven);
              } else {
                mine.completeExceptionally(failure);
              }
            });
    return mine;
  }

  /**
   * Sends the next {@value #PAGE_SIZE} after {@code after} again that can be; no single one makes
   * it fail. It fails with {@link DeadLetterException} while an earlier call is not done.
   *
   * @param after may be empty, for the first ones
   */
  public CompletionStage<RedriveReport> redriveSome(String after) {
    if (!bulkUnderWay.compareAndSet(false, true)) {
      return CompletableFuture.failedFuture(
          new DeadLetterException(
              Problem.Kind.REDRIVE_UNDER_WAY.because(
                  "An earlier call still works on some; ask again when it is done.")));
    }
    return CompletableFuture.completedFuture(after)
        .thenCompose(this::some)
        .thenCompose(ids -> redriveEach(ids.some()).thenApply(report -> report.before(ids.next())))
        .whenComplete((report, failure) -> bulkUnderWay.set(false));
  }

  /** Sends these again if they can be; no single one makes it fail. */
  public CompletionStage<RedriveReport> redriveEach(Collection<String> ids) {
    return Source.from(ids)
        .mapAsync(PARALLELISM, this::attempt)
        .runWith(Sink.fold(RedriveReport.NOTHING, RedriveReport::plus), system);
  }

  private CompletionStage<RedriveReport> attempt(String id) {
    return redrive(id)
        .handle(
            (redriven, failure) -> {
              if (failure != null) {
                return new RedriveReport(0, 0, 1, Map.of(id, problem(failure)), Optional.empty());
              }
              return redriven == Redriven.SENT
                  ? new RedriveReport(1, 0, 0, Map.of(), Optional.empty())
                  : new RedriveReport(0, 1, 0, Map.of(), Optional.empty());
            });
  }

  private static Problem problem(Throwable failure) {
    Throwable cause = Completions.cause(failure);
    return cause instanceof DeadLetterException known
        ? known.problem()
        : Problem.Kind.UNAVAILABLE.because("It could not be sent again now: " + cause);
  }

  /** Forgets a dead letter; the failed result stays the photo's answer. */
  public CompletionStage<Done> discard(String id) {
    return show(id).thenCompose(letter -> store.delete(Bucket.STATE, ObjectKeys.deadLetter(id)));
  }
}
