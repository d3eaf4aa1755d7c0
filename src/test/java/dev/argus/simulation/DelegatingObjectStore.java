package dev.argus.simulation;

import dev.argus.ports.ObjectStore;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.apache.pekko.NotUsed;
import org.apache.pekko.stream.javadsl.Source;

/** Another object store, of which a test replaces single calls. */
public class DelegatingObjectStore implements ObjectStore {
  private final ObjectStore store;

  public DelegatingObjectStore(ObjectStore store) {
    this.store = store;
  }

  @Override
  public CompletionStage<Done> put(Bucket bucket, String key, StoredObject object) {
    return store.put(bucket, key, object);
  }

  @Override
  public CompletionStage<Boolean> putIfAbsent(Bucket bucket, String key, StoredObject object) {
    return store.putIfAbsent(bucket, key, object);
  }

  @Override
  public CompletionStage<Optional<String>> putIfMatch(
      Bucket bucket, String key, String etag, StoredObject object) {
    return store.putIfMatch(bucket, key, etag, object);
  }

  @Override
  public CompletionStage<Optional<Version>> getVersion(Bucket bucket, String key) {
    return store.getVersion(bucket, key);
  }

  @Override
  public CompletionStage<Optional<StoredObject>> get(Bucket bucket, String key) {
    return store.get(bucket, key);
  }

  @Override
  public CompletionStage<Optional<ObjectInfo>> head(Bucket bucket, String key) {
    return store.head(bucket, key);
  }

  @Override
  public CompletionStage<Done> delete(Bucket bucket, String key) {
    return store.delete(bucket, key);
  }

  @Override
  public Source<String, NotUsed> keysAfter(Bucket bucket, String startAfter) {
    return store.keysAfter(bucket, startAfter);
  }

  @Override
  public CompletionStage<Done> check(Bucket bucket) {
    return store.check(bucket);
  }
}
