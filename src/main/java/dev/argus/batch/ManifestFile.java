package dev.argus.batch;

import dev.argus.ports.ObjectStore;
import dev.argus.ports.ObjectStore.Bucket;
import dev.argus.ports.ObjectStore.Version;
import dev.argus.protocol.BatchId;
import dev.argus.protocol.ObjectKeys;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.UnaryOperator;

/**
 * The manifest of one batch in the state bucket. Several web nodes may change it: each change is
 * made to what is there at that moment.
 *
 * <p>Not safe for use by many threads: the next call comes when the one before is done.
 */
final class ManifestFile {
  /** Another web node comes between when somebody cancels, or asks again: rarely more than once. */
  private static final int MAX_TRIES = 5;

  private final ObjectStore store;
  private final BatchId id;
  private final String key;
  private volatile Optional<Manifest> fresh;
  private volatile Optional<Seen> seen = Optional.empty();

  private record Seen(Manifest manifest, String etag) {}

  /**
   * @param fresh what a manifest starts from that nobody has written yet; empty if it was written
   */
  ManifestFile(ObjectStore store, BatchId id, Optional<Manifest> fresh) {
    this.store = store;
    this.id = id;
    this.key = ObjectKeys.batch(id);
    this.fresh = fresh;
  }

  /** What is there now. */
  CompletionStage<Optional<Manifest>> read() {
    return store.getVersion(Bucket.STATE, key).thenApply(found -> found.map(this::see));
  }

  private Manifest see(Version version) {
    Manifest manifest = ManifestCodec.decode(id, version.object());
    seen = Optional.of(new Seen(manifest, version.etag()));
    return manifest;
  }

  /** Makes a change and tells what is there then. After a failure it may have been made. */
  CompletionStage<Manifest> change(UnaryOperator<Manifest> change) {
    if (fresh.isEmpty()) {
      return change(change, MAX_TRIES);
    }
    Manifest first = change.apply(fresh.get());
    return store
        .putIfAbsent(Bucket.STATE, key, ManifestCodec.encode(first))
        .thenCompose(
            written -> {
              fresh = Optional.empty();
              return written ? CompletableFuture.completedFuture(first) : change(change, MAX_TRIES);
            });
  }

  private CompletionStage<Manifest> change(UnaryOperator<Manifest> change, int tries) {
    if (tries == 0) {
      return CompletableFuture.failedFuture(
          new IllegalStateException(key + " changes whenever it is looked at"));
    }
    if (seen.isEmpty()) {
      return read()
          .thenCompose(
              found ->
                  found.isEmpty()
                      ? CompletableFuture.failedFuture(new IllegalStateException(key + " is gone"))
                      : change(change, tries - 1));
    }
    Seen before = seen.get();
    Manifest after = change.apply(before.manifest());
    if (after.equals(before.manifest())) {
      return CompletableFuture.completedFuture(after);
    }
    seen = Optional.empty(); // whatever comes of it, that version is not there any more
    return store
        .putIfMatch(Bucket.STATE, key, before.etag(), ManifestCodec.encode(after))
        .thenCompose(
            etag -> {
              seen = etag.map(written -> new Seen(after, written));
              return etag.isPresent()
                  ? CompletableFuture.completedFuture(after)
                  : change(change, tries);
            });
  }
}
