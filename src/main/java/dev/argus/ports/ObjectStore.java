package dev.argus.ports;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.apache.pekko.NotUsed;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;

/**
 * Objects by key in Argus's three buckets, with the semantics of S3: strong read-after-write
 * consistency, atomic conditional writes.
 *
 * <p>Safe for use by many threads. Every stage fails with the transport's error when the store
 * cannot be reached.
 */
public interface ObjectStore {
  /** The buckets. */
  enum Bucket {
    /** Photos as they came: the acceptance records. */
    INPUT,
    /** Results as JSON. */
    OUTPUT,
    /** Whatever else must be remembered. */
    STATE
  }

  /**
   * An object.
   *
   * @param metadata user metadata; keys in lower case, values ASCII
   */
  record StoredObject(ByteString bytes, String contentType, Map<String, String> metadata) {
    public StoredObject {
      metadata = Map.copyOf(metadata);
    }
  }

  /**
   * An object as it was when it was read.
   *
   * @param etag names this version of it; no version that differs has the same
   */
  record Version(StoredObject object, String etag) {}

  /** An object's metadata without its content. */
  record ObjectInfo(long size, String contentType, Map<String, String> metadata) {
    public ObjectInfo {
      metadata = Map.copyOf(metadata);
    }
  }

  /** Writes an object, over whatever lies there. */
  CompletionStage<Done> put(Bucket bucket, String key, StoredObject object);

  /**
   * Writes an object unless there is one (If-None-Match: *); says whether it was written.
   *
   * <p>Fails with {@link NotWrittenException} if it certainly was not written. After any other
   * failure it may be there, or come there yet.
   */
  CompletionStage<Boolean> putIfAbsent(Bucket bucket, String key, StoredObject object);

  /**
   * Writes an object over one version of it (If-Match); completes with the new version's ETag, or
   * empty if nothing was written, since the object has changed, is being changed, or is gone.
   *
   * <p>After any failure it may have been written, or be yet.
   *
   * @param etag of the version, as {@link #getVersion} gave it
   */
  CompletionStage<Optional<String>> putIfMatch(
      Bucket bucket, String key, String etag, StoredObject object);

  /** Reads an object; empty if there is none. */
  CompletionStage<Optional<StoredObject>> get(Bucket bucket, String key);

  /** Reads an object with its ETag, for {@link #putIfMatch}; empty if there is none. */
  CompletionStage<Optional<Version>> getVersion(Bucket bucket, String key);

  /** Reads an object's metadata; empty if there is none. */
  CompletionStage<Optional<ObjectInfo>> head(Bucket bucket, String key);

  /** Removes an object, if there is one. */
  CompletionStage<Done> delete(Bucket bucket, String key);

  /** The keys after {@code startAfter}, ascending, fetched page by page as they are read. */
  Source<String, NotUsed> keysAfter(Bucket bucket, String startAfter);

  /** Done if the bucket is there and may be read. */
  CompletionStage<Done> check(Bucket bucket);
}
