package dev.argus.scaling;

import dev.argus.ports.ObjectStore;
import dev.argus.ports.ObjectStore.Bucket;
import dev.argus.ports.ObjectStore.StoredObject;
import dev.argus.protocol.LeaderRecord;
import dev.argus.protocol.MalformedMessageException;
import dev.argus.protocol.ObjectKeys;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.util.ByteString;

/**
 * The leader's record in the state bucket. Thread-safe; each stage fails with the store's error.
 */
final class LeaderRecords {
  private final ObjectStore store;

  LeaderRecords(ObjectStore store) {
    this.store = store;
  }

  /** Empty if nobody ever led; fails if what is there cannot be read. */
  CompletionStage<Optional<Lease.Found>> read() {
    return store
        .getVersion(Bucket.STATE, ObjectKeys.LEADER)
        .thenApply(found -> found.map(LeaderRecords::found));
  }

  private static Lease.Found found(ObjectStore.Version version) {
    try {
      return new Lease.Found(
          LeaderRecord.fromJson(version.object().bytes().utf8String()), version.etag());
    } catch (MalformedMessageException e) {
      // It says what was launched: as long as that is unknown nothing may be.
      throw new IllegalStateException(
          "the object "
              + ObjectKeys.LEADER
              + " in the state bucket cannot be read; if it stays so, stop all web nodes, wait for"
              + " scaling.launch-visibility-timeout, and remove it: "
              + e.getMessage(),
          e);
    }
  }

  /** Completes with whether it was written: not if the record has changed meanwhile. */
  CompletionStage<Boolean> write(Lease.Write write) {
    StoredObject object =
        new StoredObject(
            ByteString.fromString(write.record().toJson()), "application/json", Map.of());
    return write.over().isPresent()
        ? store
            .putIfMatch(Bucket.STATE, ObjectKeys.LEADER, write.over().get(), object)
            .thenApply(Optional::isPresent)
        : store.putIfAbsent(Bucket.STATE, ObjectKeys.LEADER, object);
  }
}
