package dev.argus.ledger;

import dev.argus.ports.Completions;
import dev.argus.ports.ObjectStore;
import dev.argus.ports.ObjectStore.Bucket;
import dev.argus.ports.ObjectStore.StoredObject;
import dev.argus.protocol.ClassifyReply;
import dev.argus.protocol.Codec;
import dev.argus.protocol.MalformedMessageException;
import dev.argus.protocol.ObjectKeys;
import dev.argus.protocol.PhotoId;
import dev.argus.protocol.PhotoState;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongConsumer;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.ClassicActorSystemProvider;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;

/**
 * Counts the ledger from S3 alone: every acceptance record and every result.
 *
 * <p>The input and the output bucket list in the order of ids, so both are read once, side by side,
 * in bounded memory; each result is fetched, a bounded number at once. Argus may run meanwhile:
 * photos that come after the count began are not counted, and one that is answered while it is
 * counted is pending or answered.
 */
public final class LedgerAudit {
  // Below argus.aws.max-s3-connections, so that nothing waits long for a connection.
  private static final int PARALLELISM = 16;

  private final ClassicActorSystemProvider system;
  private final ObjectStore store;
  private final InstantSource clock;

  public LedgerAudit(ClassicActorSystemProvider system, ObjectStore store, InstantSource clock) {
    this.system = system;
    this.store = store;
    this.clock = clock;
  }

  /** An id that one of the listings has, or both. */
  private record Line(PhotoId id, boolean record, boolean result) {}

  /** Counts everything there is. */
  public CompletionStage<LedgerCount> count() {
    return count(Instant.EPOCH, Instant.MAX, counted -> {});
  }

  /**
   * Counts the photos accepted from {@code since} until {@code until}. Fails if S3 cannot be
   * listed.
   *
   * @param progress told after each photo how many were looked at
   */
  public CompletionStage<LedgerCount> count(Instant since, Instant until, LongConsumer progress) {
    Instant now = clock.instant();
    Instant end = until.isBefore(now) ? until : now;
    return lines(ids(Bucket.INPUT, since, end), ids(Bucket.OUTPUT, since, end))
        .mapAsyncUnordered(PARALLELISM, this::judge)
        .runWith(
            Sink.fold(
                new LedgerTally(now),
                (tally, verdict) -> {
                  tally.add(verdict);
                  progress.accept(tally.looked());
                  return tally;
                }),
            system)
        .thenApply(LedgerTally::count);
  }

  private Source<PhotoId, NotUsed> ids(Bucket bucket, Instant since, Instant end) {
    return store
        .keysAfter(bucket, PhotoId.floor(since))
        .map(key -> bucket == Bucket.INPUT ? PhotoId.parse(key) : ObjectKeys.idOfResult(key))
        .filter(Optional::isPresent)
        .map(Optional::get)
        .takeWhile(id -> id.acceptedAt().isBefore(end));
  }

  /** Both listings as one, each id once. */
  private static Source<Line, NotUsed> lines(
      Source<PhotoId, NotUsed> records, Source<PhotoId, NotUsed> results) {
    return records
        .map(id -> Optional.of(new Line(id, true, false)))
        .mergeSorted(
            results.map(id -> Optional.of(new Line(id, false, true))),
            (a, b) -> a.orElseThrow().id().compareTo(b.orElseThrow().id()))
        .concat(Source.single(Optional.empty())) // the end, so that the last line has a successor
        .statefulMapConcat(
            () -> {
              Line[] held = new Line[1];
              return next -> {
                Line line = held[0];
                if (line != null && next.isPresent() && next.get().id().equals(line.id())) {
                  held[0] = new Line(line.id(), true, true);
                  return List.of();
                }
                held[0] = next.orElse(null);
                return line == null ? List.of() : List.of(line);
              };
            });
  }

  private CompletionStage<LedgerVerdict> judge(Line line) {
    CompletionStage<LedgerVerdict> verdict =
        line.result()
            ? judgeResult(line)
            : hasRecord(line.id())
                .thenApply(
                    there ->
                        there
                            ? new LedgerVerdict.Accepted(line.id(), PhotoState.PENDING)
                            : new LedgerVerdict.Gone());
    return verdict.exceptionally(
        failure -> new LedgerVerdict.Odd(line.record(), line.id(), why(failure)));
  }

  private CompletionStage<LedgerVerdict> judgeResult(Line line) {
    return store
        .get(Bucket.OUTPUT, ObjectKeys.result(line.id()))
        .thenCompose(
            found -> {
              // Without a record in the listing: it may have been written since.
              CompletionStage<Boolean> record =
                  line.record() ? CompletableFuture.completedFuture(true) : hasRecord(line.id());
              return record.thenApply(there -> judge(line.id(), there, found));
            });
  }

  private static LedgerVerdict judge(PhotoId id, boolean record, Optional<StoredObject> found) {
    if (found.isEmpty()) { // removed since it was listed: expired
      return record ? new LedgerVerdict.Accepted(id, PhotoState.PENDING) : new LedgerVerdict.Gone();
    }
    try {
      ClassifyReply reply = Codec.replyFromJson(found.get().bytes().utf8String());
      if (!reply.id().equals(id)) {
        return new LedgerVerdict.Odd(record, id, "its result is that of " + reply.id());
      }
      return record
          ? new LedgerVerdict.Accepted(id, PhotoState.of(reply))
          : new LedgerVerdict.WithoutRecord();
    } catch (MalformedMessageException e) {
      return new LedgerVerdict.Odd(record, id, "its result cannot be read: " + e.getMessage());
    }
  }

  private CompletionStage<Boolean> hasRecord(PhotoId id) {
    return store.head(Bucket.INPUT, ObjectKeys.photo(id)).thenApply(Optional::isPresent);
  }

  private static String why(Throwable failure) {
    Throwable cause = Completions.cause(failure);
    return "its objects cannot be read: " + cause;
  }
}
