package dev.argus.simulation;

import dev.argus.ports.ObjectStore;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.apache.pekko.Done;
import org.apache.pekko.NotUsed;
import org.apache.pekko.stream.javadsl.Source;

/** An object store with the semantics of S3, in memory, with an error knob. */
public final class InMemoryObjectStore implements ObjectStore {
  private final Map<Bucket, TreeMap<String, Version>> buckets = new EnumMap<>(Bucket.class);
  private final List<Runnable> stalledCalls = new ArrayList<>();
  private boolean stalled;
  private boolean down;
  private int calls;
  private final List<String> listings = new ArrayList<>();
  private int keysListed;
  private long versions;

  public InMemoryObjectStore() {
    for (Bucket bucket : Bucket.values()) {
      buckets.put(bucket, new TreeMap<>());
    }
  }

  /** While down, every call fails. */
  public synchronized void setDown(boolean down) {
    this.down = down;
  }

  /** The number of calls so far. */
  public synchronized int calls() {
    return calls;
  }

  /** Where each listing so far began: the bucket and the key, as {@code INPUT/key}. */
  public synchronized List<String> listings() {
    return List.copyOf(listings);
  }

  /** The number of keys that listings have handed out so far. */
  public synchronized int keysListed() {
    return keysListed;
  }

  private synchronized String listed(String key) {
    keysListed++;
    return key;
  }

  /** The keys of a bucket. */
  public synchronized List<String> keys(Bucket bucket) {
    return List.copyOf(buckets.get(bucket).keySet());
  }

  /** While stalled, calls neither succeed nor fail; afterwards they do what they do then. */
  public void setStalled(boolean stalled) {
    List<Runnable> resumed;
    synchronized (this) {
      this.stalled = stalled;
      resumed = List.copyOf(stalledCalls);
      stalledCalls.clear();
    }
    resumed.forEach(Runnable::run);
  }

  /** Forgets a bucket's objects. */
  public synchronized void clear(Bucket bucket) {
    buckets.get(bucket).clear();
  }

  private synchronized <T> CompletionStage<T> call(Supplier<T> action) {
    calls++;
    if (stalled) {
      CompletableFuture<Void> resumed = new CompletableFuture<>();
      stalledCalls.add(() -> resumed.complete(null));
      return resumed.thenCompose(done -> call(action));
    }
    return down
        ? CompletableFuture.failedFuture(new IllegalStateException("the store is down"))
        : CompletableFuture.completedFuture(action.get());
  }

  @Override
  public CompletionStage<Done> put(Bucket bucket, String key, StoredObject object) {
    return call(
        () -> {
          buckets.get(bucket).put(key, version(object));
          return Done.getInstance();
        });
  }

  private Version version(StoredObject object) {
    versions++;
    return new Version(object, "etag-" + versions);
  }

  @Override
  public CompletionStage<Boolean> putIfAbsent(Bucket bucket, String key, StoredObject object) {
    return call(() -> buckets.get(bucket).putIfAbsent(key, version(object)) == null);
  }

  @Override
  public CompletionStage<Optional<String>> putIfMatch(
      Bucket bucket, String key, String etag, StoredObject object) {
    return call(
        () -> {
          Version there = buckets.get(bucket).get(key);
          if (there == null || !there.etag().equals(etag)) {
            return Optional.empty();
          }
          Version written = version(object);
          buckets.get(bucket).put(key, written);
          return Optional.of(written.etag());
        });
  }

  @Override
  public CompletionStage<Optional<Version>> getVersion(Bucket bucket, String key) {
    return call(() -> Optional.ofNullable(buckets.get(bucket).get(key)));
  }

  @Override
  public CompletionStage<Optional<StoredObject>> get(Bucket bucket, String key) {
    return call(() -> Optional.ofNullable(buckets.get(bucket).get(key)).map(Version::object));
  }

  @Override
  public CompletionStage<Optional<ObjectInfo>> head(Bucket bucket, String key) {
    return call(
        () ->
            Optional.ofNullable(buckets.get(bucket).get(key))
                .map(Version::object)
                .map(o -> new ObjectInfo(o.bytes().size(), o.contentType(), o.metadata())));
  }

  @Override
  public CompletionStage<Done> delete(Bucket bucket, String key) {
    return call(
        () -> {
          buckets.get(bucket).remove(key);
          return Done.getInstance();
        });
  }

  @Override
  public Source<String, NotUsed> keysAfter(Bucket bucket, String startAfter) {
    return Source.completionStage(
            call(
                () -> {
                  listings.add(bucket + "/" + startAfter);
                  return List.copyOf(buckets.get(bucket).tailMap(startAfter, false).keySet());
                }))
        .mapConcat(keys -> keys)
        .map(this::listed)
        .mapMaterializedValue(ignored -> NotUsed.getInstance());
  }

  @Override
  public CompletionStage<Done> check(Bucket bucket) {
    return call(Done::getInstance);
  }
}
