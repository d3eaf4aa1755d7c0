package dev.argus.chaos;

import dev.argus.ports.ObjectStore;
import dev.argus.ports.ObjectStore.Bucket;
import dev.argus.protocol.ClassifyReply;
import dev.argus.protocol.Codec;
import dev.argus.protocol.MalformedMessageException;
import dev.argus.protocol.ObjectKeys;
import dev.argus.protocol.PhotoId;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import org.apache.pekko.actor.ClassicActorSystemProvider;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.javadsl.Sink;

/**
 * What S3 says in the end: every acceptance record and every result.
 *
 * @param accepted the ids of all acceptance records
 * @param results every result by its id
 */
record Stored(Set<String> accepted, Map<String, ClassifyReply> results) {
  private static final int PARALLELISM = 16;

  Stored {
    accepted = Set.copyOf(accepted);
    results = Map.copyOf(results);
  }

  /** Reads both buckets from end to end. */
  static CompletionStage<Stored> read(ClassicActorSystemProvider system, ObjectStore store) {
    CompletionStage<Set<String>> accepted =
        store
            .keysAfter(Bucket.INPUT, "")
            .filter(key -> PhotoId.parse(key).isPresent())
            .runWith(Sink.seq(), system)
            .thenApply(HashSet::new);
    CompletionStage<Map<String, ClassifyReply>> results =
        store
            .keysAfter(Bucket.OUTPUT, "")
            .map(ObjectKeys::idOfResult)
            .filter(Optional::isPresent)
            .map(Optional::get)
            .mapAsyncUnordered(
                PARALLELISM, id -> result(store, id).thenApply(r -> Pair.create(id, r)))
            .runWith(Sink.seq(), system)
            .thenApply(
                all ->
                    all.stream()
                        .collect(Collectors.toMap(p -> p.first().toString(), Pair::second)));
    return accepted.thenCombine(results, Stored::new);
  }

  private static CompletionStage<ClassifyReply> result(ObjectStore store, PhotoId id) {
    return store
        .get(Bucket.OUTPUT, ObjectKeys.result(id))
        .thenApply(
            found -> {
              try {
                return Codec.replyFromJson(found.orElseThrow().bytes().utf8String());
              } catch (MalformedMessageException e) {
                throw new CompletionException(e);
              }
            });
  }
}
