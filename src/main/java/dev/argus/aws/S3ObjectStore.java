package dev.argus.aws;

import dev.argus.config.AwsSettings;
import dev.argus.config.NamesSettings;
import dev.argus.ports.BilledRequests;
import dev.argus.ports.Completions;
import dev.argus.ports.NotWrittenException;
import dev.argus.ports.ObjectStore;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.apache.pekko.Done;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.ClassicActorSystemProvider;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.StreamLimitReachedException;
import org.apache.pekko.stream.connectors.s3.BucketAccess;
import org.apache.pekko.stream.connectors.s3.MetaHeaders;
import org.apache.pekko.stream.connectors.s3.ObjectMetadata;
import org.apache.pekko.stream.connectors.s3.S3Exception;
import org.apache.pekko.stream.connectors.s3.S3Headers;
import org.apache.pekko.stream.connectors.s3.javadsl.S3;
import org.apache.pekko.stream.javadsl.Keep;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;
import scala.collection.immutable.Map$;
import scala.jdk.javaapi.CollectionConverters;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * {@link ObjectStore} on S3 through Pekko Connectors, one request an object.
 *
 * <p>Every call ends within {@link AwsSettings#callTimeout}; what fails on the way or in S3 is
 * tried again within that time. The connections are those of {@link S3Pool}, and when too many
 * requests wait for one, calls fail with {@link dev.argus.ports.OverloadException}. An object
 * larger than {@link AwsSettings#maxObjectBytes} is not read: {@link ObjectTooLargeException}.
 *
 * <p>Listings go through the SDK, for the connectors cannot list from a key on.
 */
public final class S3ObjectStore implements ObjectStore {
  /** Metadata that names one conditional write; not shown to readers. */
  static final String WRITE_ID = "argus-write-id";

  private static final int NOT_FOUND = 404;
  private static final int CONFLICT = 409;
  private static final int PRECONDITION_FAILED = 412;
  private static final String NO_SUCH_KEY = "NoSuchKey";
  private static final String DEFAULT_CONTENT_TYPE = "application/octet-stream";

  private final S3Calls calls;
  private final AwsSettings aws;
  private final NamesSettings names;
  private final Supplier<S3AsyncClient> lister;

  /**
   * @param system started with {@link S3Pool#configure}
   * @param lister asked for when the first listing is read
   */
  public S3ObjectStore(
      ClassicActorSystemProvider system,
      AwsEnvironment environment,
      AwsSettings aws,
      NamesSettings names,
      Supplier<S3AsyncClient> lister) {
    this(system, environment, aws, names, lister, new BilledRequests());
  }

  /**
   * @param requests told of every request but those of the lister; see {@link Billing}
   */
  public S3ObjectStore(
      ClassicActorSystemProvider system,
      AwsEnvironment environment,
      AwsSettings aws,
      NamesSettings names,
      Supplier<S3AsyncClient> lister,
      BilledRequests requests) {
    this.calls = new S3Calls(system, environment, aws, requests);
    this.aws = aws;
    this.names = names;
    this.lister = lister;
  }

  @Override
  public CompletionStage<Done> put(Bucket bucket, String key, StoredObject object) {
    return Failures.plain(
        calls
            .run(
                S3Calls.Kind.WRITE,
                "put " + path(bucket, key),
                attempts -> putRequest(bucket, key, object, object.metadata(), Map.of()))
            .thenApply(written -> Done.getInstance()));
  }

  /**
   * {@inheritDoc}
   *
   * <p>An attempt whose answer was lost may have written the object, and the next one then finds it
   * there. So each write carries an id, and an object with this write's id counts as written. It is
   * certain that nothing was written if all attempts were refused by S3, or not sent at all.
   */
  @Override
  public CompletionStage<Boolean> putIfAbsent(Bucket bucket, String key, StoredObject object) {
    String writeId = UUID.randomUUID().toString();
    Map<String, String> metadata = withWriteId(object, writeId);
    AtomicBoolean maybeWritten = new AtomicBoolean();
    CompletionStage<Boolean> written =
        calls.run(
            S3Calls.Kind.WRITE,
            "conditional put " + path(bucket, key),
            (attempts, system) ->
                calls
                    .bounded(
                        putRequest(bucket, key, object, metadata, Map.of("If-None-Match", "*")),
                        attempts)
                    .runWith(Sink.head(), system)
                    .thenApply(done -> true)
                    .exceptionallyCompose(
                        failure -> {
                          if (S3Calls.status(failure) != PRECONDITION_FAILED) {
                            maybeWritten.compareAndSet(false, !S3Calls.isRefusal(failure));
                            return CompletableFuture.failedFuture(failure);
                          }
                          return attempts.first()
                              ? CompletableFuture.completedFuture(false)
                              : written(bucket, key, writeId).thenApply(Optional::isPresent);
                        }));
    return Failures.plain(
        written.exceptionallyCompose(
            failure ->
                CompletableFuture.failedFuture(
                    maybeWritten.get()
                        ? failure
                        : new NotWrittenException(Completions.cause(failure)))));
  }

  /**
   * {@inheritDoc}
   *
   * <p>As with {@link #putIfAbsent}, an object that carries this write's id counts as written. S3
   * refuses with 412 if there is another version, with 404 if there is none, and with 409 if
   * another write is under way.
   */
  @Override
  public CompletionStage<Optional<String>> putIfMatch(
      Bucket bucket, String key, String etag, StoredObject object) {
    String writeId = UUID.randomUUID().toString();
    Map<String, String> metadata = withWriteId(object, writeId);
    Map<String, String> condition = Map.of("If-Match", '"' + etag + '"');
    return Failures.plain(
        calls.run(
            S3Calls.Kind.WRITE,
            "conditional put " + path(bucket, key),
            (attempts, system) ->
                calls
                    .bounded(putRequest(bucket, key, object, metadata, condition), attempts)
                    .runWith(Sink.head(), system)
                    .thenApply(written -> Optional.of(etag(written)))
                    .exceptionallyCompose(
                        failure -> {
                          if (!isMismatch(failure)) {
                            return CompletableFuture.failedFuture(failure);
                          }
                          return attempts.first()
                              ? CompletableFuture.completedFuture(Optional.empty())
                              : written(bucket, key, writeId)
                                  .thenApply(found -> found.map(S3ObjectStore::etag));
                        })));
  }

  private static boolean isMismatch(Throwable failure) {
    int status = S3Calls.status(failure);
    return status == PRECONDITION_FAILED || status == CONFLICT || isMissing(failure);
  }

  private static Map<String, String> withWriteId(StoredObject object, String writeId) {
    Map<String, String> metadata = new HashMap<>(object.metadata());
    metadata.put(WRITE_ID, writeId);
    return metadata;
  }

  @Override
  public CompletionStage<Optional<StoredObject>> get(Bucket bucket, String key) {
    return read(bucket, key, S3ObjectStore::stored);
  }

  @Override
  public CompletionStage<Optional<Version>> getVersion(Bucket bucket, String key) {
    return read(
        bucket, key, (bytes, headers) -> new Version(stored(bytes, headers), etag(headers)));
  }

  private <T> CompletionStage<Optional<T>> read(
      Bucket bucket, String key, BiFunction<ByteString, ObjectMetadata, T> as) {
    String path = path(bucket, key);
    return Failures.plain(
        calls.run(
            S3Calls.Kind.READ,
            "get " + path,
            (attempts, system) -> {
              Pair<CompletionStage<ObjectMetadata>, CompletionStage<ByteString>> answer =
                  calls
                      .bounded(S3.getObject(bucketName(bucket), key), attempts)
                      .limitWeighted(aws.maxObjectBytes(), bytes -> (long) bytes.size())
                      .mapError(
                          StreamLimitReachedException.class,
                          e -> new ObjectTooLargeException(path, aws.maxObjectBytes()))
                      .toMat(
                          Sink.fold(ByteString.emptyByteString(), ByteString::concat), Keep.both())
                      .run(system);
              return answer
                  .second()
                  .thenCompose(
                      bytes ->
                          answer
                              .first()
                              .thenApply(headers -> Optional.of(as.apply(bytes, headers))))
                  .exceptionallyCompose(S3ObjectStore::emptyIfMissing);
            }));
  }

  @Override
  public CompletionStage<Optional<ObjectInfo>> head(Bucket bucket, String key) {
    return Failures.plain(
        headers(bucket, key)
            .thenApply(
                found ->
                    found.map(
                        headers ->
                            new ObjectInfo(
                                headers.getContentLength(),
                                headers.getContentType().orElse(DEFAULT_CONTENT_TYPE),
                                metadata(headers)))));
  }

  @Override
  public CompletionStage<Done> delete(Bucket bucket, String key) {
    return Failures.plain(
        calls.run(
            S3Calls.Kind.DELETE,
            "delete " + path(bucket, key),
            attempts -> S3.deleteObject(bucketName(bucket), key)));
  }

  @Override
  public Source<String, NotUsed> keysAfter(Bucket bucket, String startAfter) {
    return Source.lazySource(
            () ->
                Source.fromPublisher(
                        lister
                            .get()
                            .listObjectsV2Paginator(
                                request -> {
                                  request.bucket(bucketName(bucket));
                                  if (!startAfter.isEmpty()) {
                                    request.startAfter(startAfter);
                                  }
                                })
                            .flatMapIterable(S3ObjectStore::objects))
                    .map(S3Object::key))
        .mapMaterializedValue(started -> NotUsed.getInstance());
  }

  /** Any page of HTML reads as an empty listing, and then everything would look unanswered. */
  private static List<S3Object> objects(ListObjectsV2Response page) {
    if (page.name() == null) {
      throw new IllegalStateException(
          "expected a listing that names its bucket, found something else; check"
              + " AWS_ENDPOINT_URL_S3 and what lies between here and S3");
    }
    return page.contents();
  }

  @Override
  public CompletionStage<Done> check(Bucket bucket) {
    String name = bucketName(bucket);
    return Failures.plain(
        calls
            .run(S3Calls.Kind.READ, "check " + name, attempts -> S3.checkIfBucketExistsSource(name))
            .thenApply(
                access -> {
                  if (access != BucketAccess.accessGranted()) {
                    throw new BucketUnavailableException(name, access.toString());
                  }
                  return Done.getInstance();
                }));
  }

  private Source<ObjectMetadata, NotUsed> putRequest(
      Bucket bucket,
      String key,
      StoredObject object,
      Map<String, String> metadata,
      Map<String, String> headers) {
    S3Metadata.check(metadata);
    return S3.putObject(
        bucketName(bucket),
        key,
        Source.single(object.bytes()),
        object.bytes().size(),
        ContentTypes.parse(object.contentType()),
        S3Headers.create()
            .withMetaHeaders(MetaHeaders.create(metadata))
            .withCustomHeaders(toScala(headers)));
  }

  /** What lies there, if this write wrote it. */
  private CompletionStage<Optional<ObjectMetadata>> written(
      Bucket bucket, String key, String writeId) {
    return headers(bucket, key)
        .thenApply(
            found ->
                found.filter(
                    headers -> writeId.equals(S3Metadata.of(headers.headers()).get(WRITE_ID))));
  }

  private CompletionStage<Optional<ObjectMetadata>> headers(Bucket bucket, String key) {
    return calls.run(
        S3Calls.Kind.READ,
        "head " + path(bucket, key),
        attempts -> S3.getObjectMetadata(bucketName(bucket), key));
  }

  private static StoredObject stored(ByteString bytes, ObjectMetadata headers) {
    return new StoredObject(
        bytes, headers.getContentType().orElse(DEFAULT_CONTENT_TYPE), metadata(headers));
  }

  private static String etag(ObjectMetadata headers) {
    return headers
        .getETag()
        .map(quoted -> quoted.replace("\"", ""))
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "expected an answer of S3 with an ETag, found none; check AWS_ENDPOINT_URL_S3"
                        + " and what lies between here and S3"));
  }

  private static Map<String, String> metadata(ObjectMetadata headers) {
    Map<String, String> metadata = S3Metadata.of(headers.headers());
    metadata.remove(WRITE_ID);
    return metadata;
  }

  private static <T> CompletionStage<Optional<T>> emptyIfMissing(Throwable failure) {
    return isMissing(failure)
        ? CompletableFuture.completedFuture(Optional.empty())
        : CompletableFuture.failedFuture(failure);
  }

  /** A missing bucket is a 404 too, and an error. */
  private static boolean isMissing(Throwable failure) {
    return S3Calls.status(failure) == NOT_FOUND
        && Completions.cause(failure) instanceof S3Exception e
        && e.code().equals(NO_SUCH_KEY);
  }

  private String bucketName(Bucket bucket) {
    return switch (bucket) {
      case INPUT -> names.inputBucket();
      case OUTPUT -> names.outputBucket();
      case STATE -> names.stateBucket();
    };
  }

  private String path(Bucket bucket, String key) {
    return bucketName(bucket) + "/" + key;
  }

  private static scala.collection.immutable.Map<String, String> toScala(
      Map<String, String> headers) {
    return Map$.MODULE$.from(CollectionConverters.asScala(headers));
  }
}
