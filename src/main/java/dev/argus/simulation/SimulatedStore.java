package dev.argus.simulation;

import dev.argus.ports.ObjectStore;
import dev.argus.protocol.ObjectKeys;
import dev.argus.protocol.PhotoId;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.apache.pekko.NotUsed;
import org.apache.pekko.stream.javadsl.Source;

/**
 * S3 in memory: strong consistency, conditional writes. Calls take no time.
 *
 * <p>Bounded by what is pending: a run {@link #forget}s a photo and its result when its client has
 * the answer. Should the photo be delivered once more after that, it is worked on again.
 */
public final class SimulatedStore implements ObjectStore {
  private record Written(StoredObject object, long version) {
    String etag() {
      return Long.toString(version);
    }
  }

  private final Map<Bucket, Map<String, Written>> buckets = new EnumMap<>(Bucket.class);
  private long versions;

  public SimulatedStore() {
    for (Bucket bucket : Bucket.values()) {
      buckets.put(bucket, new HashMap<>());
    }
  }

  /** Nobody asks for this photo or its result again. */
  void forget(PhotoId id) {
    buckets.get(Bucket.INPUT).remove(ObjectKeys.photo(id));
    buckets.get(Bucket.OUTPUT).remove(ObjectKeys.result(id));
  }

  boolean holds(Bucket bucket, String key) {
    return buckets.get(bucket).containsKey(key);
  }

  private static <T> CompletionStage<T> done(T value) {
    return CompletableFuture.completedFuture(value);
  }

  private Written version(StoredObject object) {
    versions++;
    return new Written(object, versions);
  }

  @Override
  public CompletionStage<Done> put(Bucket bucket, String key, StoredObject object) {
    buckets.get(bucket).put(key, version(object));
    return done(Done.getInstance());
  }

  @Override
  public CompletionStage<Boolean> putIfAbsent(Bucket bucket, String key, StoredObject object) {
    return done(buckets.get(bucket).putIfAbsent(key, version(object)) == null);
  }

  @Override
  public CompletionStage<Optional<String>> putIfMatch(
      Bucket bucket, String key, String etag, StoredObject object) {
    Written there = buckets.get(bucket).get(key);
    if (there == null || !there.etag().equals(etag)) {
      return done(Optional.empty());
    }
    Written written = version(object);
    buckets.get(bucket).put(key, written);
    return done(Optional.of(written.etag()));
  }

  @Override
  public CompletionStage<Optional<StoredObject>> get(Bucket bucket, String key) {
    return done(found(bucket, key));
  }

  @Override
  public CompletionStage<Optional<Version>> getVersion(Bucket bucket, String key) {
    return done(
        Optional.ofNullable(buckets.get(bucket).get(key))
            .map(written -> new Version(written.object(), written.etag())));
  }

  @Override
  public CompletionStage<Optional<ObjectInfo>> head(Bucket bucket, String key) {
    return done(
        found(bucket, key)
            .map(it -> new ObjectInfo(it.bytes().size(), it.contentType(), it.metadata())));
  }

  private Optional<StoredObject> found(Bucket bucket, String key) {
    return Optional.ofNullable(buckets.get(bucket).get(key)).map(Written::object);
  }

  @Override
  public CompletionStage<Done> delete(Bucket bucket, String key) {
    buckets.get(bucket).remove(key);
    return done(Done.getInstance());
  }

  @Override
  public Source<String, NotUsed> keysAfter(Bucket bucket, String startAfter) {
    List<String> keys =
        buckets.get(bucket).keySet().stream()
            .filter(key -> key.compareTo(startAfter) > 0)
            .sorted()
            .toList();
    return Source.from(keys);
  }

  @Override
  public CompletionStage<Done> check(Bucket bucket) {
    return done(Done.getInstance());
  }
}
