package dev.argus.callback;

import dev.argus.ports.ObjectStore;
import dev.argus.ports.ObjectStore.Bucket;
import dev.argus.protocol.ObjectKeys;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.stream.javadsl.Sink;

/** Callbacks as objects in the state bucket, each written by whoever read its last version. */
final class CallbackStore {
  private static final int PARALLELISM = 8;

  private final ActorSystem<?> system;
  private final ObjectStore store;

  CallbackStore(ActorSystem<?> system, ObjectStore store) {
    this.system = system;
    this.store = store;
  }

  /** A callback as it was when it was read. */
  record Kept(Callback callback, String etag) {}

  /** Keeps a callback, unless the same is kept already. */
  CompletionStage<Kept> keep(Callback callback) {
    return store
        .putIfAbsent(Bucket.STATE, key(callback.subject()), callback.toObject())
        .thenCompose(written -> read(key(callback.subject())))
        .thenApply(
            kept -> kept.orElseThrow(() -> new IllegalStateException(callback + " is not there")));
  }

  CompletionStage<Optional<Kept>> find(Subject subject) {
    return read(key(subject));
  }

  /** Writes over the version that was read; empty if somebody else has, or has removed it. */
  CompletionStage<Optional<Kept>> replace(Kept old, Callback callback) {
    return store
        .putIfMatch(Bucket.STATE, key(callback.subject()), old.etag(), callback.toObject())
        .thenApply(etag -> etag.map(version -> new Kept(callback, version)));
  }

  CompletionStage<Done> forget(Subject subject) {
    return store.delete(Bucket.STATE, key(subject));
  }

  /** The callbacks that are kept, at most so many; the oldest photos first. */
  CompletionStage<List<Kept>> all(int max) {
    return store
        .keysAfter(Bucket.STATE, ObjectKeys.CALLBACKS)
        .takeWhile(key -> key.startsWith(ObjectKeys.CALLBACKS))
        .take(max)
        .mapAsync(PARALLELISM, this::read)
        .mapConcat(kept -> kept.map(List::of).orElseGet(List::of))
        .runWith(Sink.seq(), system);
  }

  private CompletionStage<Optional<Kept>> read(String key) {
    return store
        .getVersion(Bucket.STATE, key)
        .thenApply(
            version ->
                version.flatMap(
                    found ->
                        Callback.from(found.object())
                            .map(callback -> new Kept(callback, found.etag()))));
  }

  private static String key(Subject subject) {
    return ObjectKeys.callback(subject.webhookId());
  }
}
