package dev.argus.reliability;

import dev.argus.ports.ObjectStore;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.apache.pekko.NotUsed;
import org.apache.pekko.stream.javadsl.Source;

/** The buckets as a {@link Mortal} process uses them. */
final class MortalStore implements ObjectStore {
  private final Mortal process;
  private final ObjectStore store;
  private final Journal journal;

  MortalStore(Mortal process, ObjectStore store, Journal journal) {
    this.process = process;
    this.store = store;
    this.journal = journal;
  }

  @Override
  public CompletionStage<Done> put(Bucket bucket, String key, StoredObject object) {
    return process.call(
        "puts " + bucket,
        () -> {
          note(bucket, object, true);
          return store.put(bucket, key, object);
        });
  }

  @Override
  public CompletionStage<Boolean> putIfAbsent(Bucket bucket, String key, StoredObject object) {
    return process.call(
        "puts if absent " + bucket,
        () ->
            store
                .putIfAbsent(bucket, key, object)
                .thenApply(
                    written -> {
                      note(bucket, object, written);
                      return written;
                    }));
  }

  private void note(Bucket bucket, StoredObject object, boolean written) {
    if (bucket == Bucket.OUTPUT && written) {
      journal.written(object);
    }
  }

  @Override
  public CompletionStage<Optional<String>> putIfMatch(
      Bucket bucket, String key, String etag, StoredObject object) {
    return process.call(
        "puts if match " + bucket,
        () ->
            store
                .putIfMatch(bucket, key, etag, object)
                .thenApply(
                    written -> {
                      note(bucket, object, written.isPresent());
                      return written;
                    }));
  }

  @Override
  public CompletionStage<Optional<Version>> getVersion(Bucket bucket, String key) {
    return process.call("gets " + bucket, () -> store.getVersion(bucket, key));
  }

  @Override
  public CompletionStage<Optional<StoredObject>> get(Bucket bucket, String key) {
    return process.call("gets " + bucket, () -> store.get(bucket, key));
  }

  @Override
  public CompletionStage<Optional<ObjectInfo>> head(Bucket bucket, String key) {
    return process.call("heads " + bucket, () -> store.head(bucket, key));
  }

  @Override
  public CompletionStage<Done> delete(Bucket bucket, String key) {
    return process.call("deletes from " + bucket, () -> store.delete(bucket, key));
  }

  @Override
  public Source<String, NotUsed> keysAfter(Bucket bucket, String startAfter) {
    return process.isDead() ? Source.never() : store.keysAfter(bucket, startAfter);
  }

  @Override
  public CompletionStage<Done> check(Bucket bucket) {
    return process.look(() -> store.check(bucket));
  }
}
