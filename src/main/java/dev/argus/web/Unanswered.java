package dev.argus.web;

import dev.argus.ports.ObjectStore;
import dev.argus.ports.ObjectStore.Bucket;
import dev.argus.protocol.ObjectKeys;
import dev.argus.protocol.PhotoId;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.stream.javadsl.Sink;

/**
 * Finds the photos of a span of time that have no result, from one listing of each bucket.
 *
 * <p>Both list by time, for ids are UUIDs of version 7. At most {@code maxListed} ids of each are
 * read, and then the span looked at is shorter than the one asked for. Results are listed only
 * where photos were found.
 */
final class Unanswered {
  private final ObjectStore store;
  private final int maxListed;
  private final ActorSystem<?> system;

  Unanswered(ObjectStore store, int maxListed, ActorSystem<?> system) {
    this.store = store;
    this.maxListed = maxListed;
    this.system = system;
  }

  /**
   * What a listing found.
   *
   * @param ids oldest first
   * @param end everything before this has been seen
   * @param cut whether that is less than was asked for
   */
  record Found(List<PhotoId> ids, Instant end, boolean cut) {}

  /** The photos accepted from {@code from} on and before {@code to} that have no result. */
  CompletionStage<Found> between(Instant from, Instant to) {
    return list(Bucket.INPUT, from, to)
        .thenCompose(
            accepted ->
                accepted.ids().isEmpty()
                    ? CompletableFuture.completedFuture(accepted)
                    : list(Bucket.OUTPUT, from, accepted.end())
                        .thenApply(answered -> without(accepted, answered)));
  }

  private static Found without(Found accepted, Found answered) {
    Set<PhotoId> left = new LinkedHashSet<>(accepted.ids());
    answered.ids().forEach(left::remove);
    return new Found(
        before(answered.end(), left), answered.end(), accepted.cut() || answered.cut());
  }

  private CompletionStage<Found> list(Bucket bucket, Instant from, Instant to) {
    return store
        .keysAfter(bucket, PhotoId.floor(from))
        .map(key -> bucket == Bucket.INPUT ? PhotoId.parse(key) : ObjectKeys.idOfResult(key))
        .filter(Optional::isPresent) // these buckets hold nothing else of ours
        .map(Optional::get)
        .takeWhile(id -> id.acceptedAt().isBefore(to))
        .take(maxListed)
        .runWith(Sink.seq(), system)
        .thenApply(ids -> ids.size() < maxListed ? new Found(ids, to, false) : cut(ids));
  }

  /** More may follow of the millisecond that the listing broke off in: the next look has it. */
  private static Found cut(List<PhotoId> ids) {
    Instant end = ids.get(ids.size() - 1).acceptedAt();
    return new Found(before(end, ids), end, true);
  }

  private static List<PhotoId> before(Instant end, Collection<PhotoId> ids) {
    return ids.stream().filter(id -> id.acceptedAt().isBefore(end)).toList();
  }
}
