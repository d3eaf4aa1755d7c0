package dev.argus.aws;

import dev.argus.config.AwsSettings;
import dev.argus.config.NamesSettings;
import dev.argus.ports.BilledRequests;
import dev.argus.ports.ObjectStore;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.apache.pekko.Done;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.ClassicActorSystemProvider;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.StreamLimitReachedException;
import org.apache.pekko.stream.connectors.s3.BucketAccess;
import org.apache.pekko.stream.connectors.s3.ObjectMetadata;
import org.apache.pekko.stream.connectors.s3.javadsl.S3;
import org.apache.pekko.stream.javadsl.Keep;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;
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
  private static final String DEFAULT_CONTENT_TYPE = "application/octet-stream";

  private final S3Calls calls;
  private final S3Puts puts;
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
    this.puts = new S3Puts(calls);
    this.aws = aws;
    this.names = names;
    this.lister = lister;
  }

  @Override
  public CompletionStage<Done> put(Bucket bucket, String key, StoredObject object) {
    return Failures.plain(puts.put(bucketName(bucket), key, object));
  }

  @Override
  public CompletionStage<Boolean> putIfAbsent(Bucket bucket, String key, StoredObject object) {
    return Failures.plain(puts.putIfAbsent(bucketName(bucket), key, object));
  }

  @Override
  public CompletionStage<Optional<String>> putIfMatch(
      Bucket bucket, String key, String etag, StoredObject object) {
    return Failures.plain(puts.putIfMatch(bucketName(bucket), key, etag, object));
  }

  @Override
  public CompletionStage<Optional<StoredObject>> get(Bucket bucket, String key) {
    return read(bucket, key, S3ObjectStore::stored);
  }

  @Override
  public CompletionStage<Optional<Version>> getVersion(Bucket bucket, String key) {
    return read(
        bucket,
        key,
        (bytes, headers) -> new Version(stored(bytes, headers), S3Calls.etag(headers)));
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
        calls
            .headers(bucketName(bucket), key)
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

  private static StoredObject stored(ByteString bytes, ObjectMetadata headers) {
    return new StoredObject(
        bytes, headers.getContentType().orElse(DEFAULT_CONTENT_TYPE), metadata(headers));
  }

  private static Map<String, String> metadata(ObjectMetadata headers) {
    Map<String, String> metadata = S3Metadata.of(headers.headers());
    metadata.remove(S3Puts.WRITE_ID);
    return metadata;
  }

  private static <T> CompletionStage<Optional<T>> emptyIfMissing(Throwable failure) {
    return S3Calls.isMissing(failure)
        ? CompletableFuture.completedFuture(Optional.empty())
        : CompletableFuture.failedFuture(failure);
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
}
