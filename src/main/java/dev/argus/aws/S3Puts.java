package dev.argus.aws;

import dev.argus.ports.Completions;
import dev.argus.ports.NotWrittenException;
import dev.argus.ports.ObjectStore.StoredObject;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Predicate;
import org.apache.pekko.Done;
import org.apache.pekko.NotUsed;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.stream.connectors.s3.MetaHeaders;
import org.apache.pekko.stream.connectors.s3.ObjectMetadata;
import org.apache.pekko.stream.connectors.s3.S3Headers;
import org.apache.pekko.stream.connectors.s3.javadsl.S3;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import scala.collection.immutable.Map$;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Writes objects to S3, on a condition or without.
 *
 * <p>An attempt at a conditional write whose answer was lost may have written the object, and then
 * the condition does not hold for the next one. So each conditional write carries an id, and an
 * object with this write's id counts as written.
 */
final class S3Puts {
  /** Metadata that names one conditional write; not shown to readers. */
  static final String WRITE_ID = "argus-write-id";

  private static final int CONFLICT = 409;
  private static final int PRECONDITION_FAILED = 412;

  private final S3Calls calls;

  S3Puts(S3Calls calls) {
    this.calls = calls;
  }

  /** Writes over whatever lies there. */
  CompletionStage<Done> put(String bucket, String key, StoredObject object) {
    return calls
        .run(
            S3Calls.Kind.WRITE,
            "put " + bucket + "/" + key,
            attempts -> request(bucket, key, object, object.metadata(), Map.of()))
        .thenApply(written -> Done.getInstance());
  }

  /**
   * Writes if there is no such object; says whether it did. It is certain that nothing was written
   * if all attempts were refused by S3, or not sent at all: {@link NotWrittenException}.
   */
  CompletionStage<Boolean> putIfAbsent(String bucket, String key, StoredObject object) {
    AtomicBoolean maybeWritten = new AtomicBoolean();
    return putIf(
            Map.of("If-None-Match", "*"),
            bucket,
            key,
            object,
            failure -> {
              boolean exists = S3Calls.status(failure) == PRECONDITION_FAILED;
              if (!exists && !S3Calls.isRefusal(failure)) {
                maybeWritten.set(true);
              }
              return exists;
            },
            Function.identity())
        .thenApply(Optional::isPresent)
        .exceptionallyCompose(
            failure ->
                CompletableFuture.failedFuture(
                    maybeWritten.get()
                        ? failure
                        : new NotWrittenException(Completions.cause(failure))));
  }

  /**
   * Writes over one version; completes with the ETag of the new one, or empty if nothing was
   * written. S3 refuses with 412 if there is another version, with 404 if there is none, and with
   * 409 if another write is under way.
   */
  CompletionStage<Optional<String>> putIfMatch(
      String bucket, String key, String etag, StoredObject object) {
    return putIf(
        Map.of("If-Match", '"' + etag + '"'),
        bucket,
        key,
        object,
        failure -> {
          int status = S3Calls.status(failure);
          return status == PRECONDITION_FAILED || status == CONFLICT || S3Calls.isMissing(failure);
        },
        S3Calls::etag);
  }

  /**
   * Completes with what S3 says of the object that was written; empty if the condition did not hold
   * and nothing was.
   *
   * @param doesNotHold whether an attempt has failed because of the condition; asked once for each
   *     that failed
   */
  private <T> CompletionStage<Optional<T>> putIf(
      Map<String, String> condition,
      String bucket,
      String key,
      StoredObject object,
      Predicate<Throwable> doesNotHold,
      Function<ObjectMetadata, T> as) {
    String writeId = UUID.randomUUID().toString();
    Map<String, String> metadata = new HashMap<>(object.metadata());
    metadata.put(WRITE_ID, writeId);
    return calls.run(
        S3Calls.Kind.WRITE,
        "conditional put " + bucket + "/" + key,
        (attempts, system) ->
            calls
                .bounded(request(bucket, key, object, metadata, condition), attempts)
                .runWith(Sink.head(), system)
                .thenApply(Optional::of)
                .exceptionallyCompose(
                    failure -> {
                      if (!doesNotHold.test(failure)) {
                        return CompletableFuture.failedFuture(failure);
                      }
                      return attempts.first()
                          ? CompletableFuture.completedFuture(Optional.empty())
                          : written(bucket, key, writeId);
                    })
                .thenApply(written -> written.map(as)));
  }

  /** What lies there, if this write wrote it. */
  private CompletionStage<Optional<ObjectMetadata>> written(
      String bucket, String key, String writeId) {
    return calls
        .headers(bucket, key)
        .thenApply(
            found ->
                found.filter(
                    headers -> writeId.equals(S3Metadata.of(headers.headers()).get(WRITE_ID))));
  }

  private static Source<ObjectMetadata, NotUsed> request(
      String bucket,
      String key,
      StoredObject object,
      Map<String, String> metadata,
      Map<String, String> headers) {
    S3Metadata.check(metadata);
    return S3.putObject(
        bucket,
        key,
        Source.single(object.bytes()),
        object.bytes().size(),
        ContentTypes.parse(object.contentType()),
        S3Headers.create()
            .withMetaHeaders(MetaHeaders.create(metadata))
            .withCustomHeaders(Map$.MODULE$.from(CollectionConverters.asScala(headers))));
  }
}
