package dev.argus.aws;

import dev.argus.config.AwsSettings;
import dev.argus.ports.BilledRequests;
import dev.argus.ports.Completions;
import dev.argus.ports.OverloadException;
import dev.argus.protocol.BilledRequest;
import java.net.ConnectException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.apache.pekko.actor.ClassicActorSystemProvider;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.BufferOverflowException;
import org.apache.pekko.stream.connectors.s3.AccessStyle;
import org.apache.pekko.stream.connectors.s3.ApiVersion;
import org.apache.pekko.stream.connectors.s3.MemoryBufferType;
import org.apache.pekko.stream.connectors.s3.ObjectMetadata;
import org.apache.pekko.stream.connectors.s3.RetrySettings;
import org.apache.pekko.stream.connectors.s3.S3Attributes;
import org.apache.pekko.stream.connectors.s3.S3Exception;
import org.apache.pekko.stream.connectors.s3.S3Settings;
import org.apache.pekko.stream.connectors.s3.javadsl.S3;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;

/**
 * Runs calls to S3 through Pekko Connectors: with the right endpoint and credentials, within the
 * call timeout, retried with back-off while it lasts.
 *
 * <p>A full connection pool is an {@link OverloadException} at once, never a retry. Every attempt
 * that was sent is counted as billed.
 */
final class S3Calls {
  /** What a call is to S3's price list. */
  enum Kind {
    /** PUT, COPY, POST or LIST. */
    WRITE,
    /** GET, HEAD and the like. */
    READ,
    /** DELETE, which is free. */
    DELETE
  }

  // The connector puts an answer's status in the place of a code that it does not find.
  private static final Pattern ERROR_CODE = Pattern.compile("[A-Za-z]+");
  private static final String NO_SUCH_KEY = "NoSuchKey";
  private static final int NOT_FOUND = 404;
  private static final int CONFLICT = 409;
  private static final int FIRST_SERVER_ERROR = 500;

  private final ClassicActorSystemProvider system;
  private final AwsSettings aws;
  private final BilledRequests requests;
  private final RetryPolicy retry;
  private final Attributes attributes;

  S3Calls(
      ClassicActorSystemProvider system,
      AwsEnvironment environment,
      AwsSettings aws,
      BilledRequests requests) {
    this.system = system;
    this.aws = aws;
    this.requests = requests;
    this.retry = RetryPolicy.of(aws);
    this.attributes = S3Attributes.settings(settings(environment, aws));
  }

  /** Runs a call whose answer is the source's one element. */
  <T> CompletionStage<T> run(
      Kind kind, String what, Function<RetryPolicy.Attempts, Source<T, ?>> call) {
    return run(
        kind,
        what,
        (attempts, system) -> bounded(call.apply(attempts), attempts).runWith(Sink.head(), system));
  }

  /** Runs a call that runs its own source, made with {@link #bounded}. */
  <T> CompletionStage<T> run(
      Kind kind,
      String what,
      BiFunction<RetryPolicy.Attempts, ClassicActorSystemProvider, CompletionStage<T>> call) {
    return retry
        .call(
            system,
            attempts ->
                Completions.attempt(() -> call.apply(attempts, system))
                    .whenComplete((answer, failure) -> count(kind, failure)),
            S3Calls::isTransient)
        .exceptionallyCompose(
            failure -> CompletableFuture.failedFuture(explained(what, Completions.cause(failure))));
  }

  private void count(Kind kind, Throwable failure) {
    if (kind != Kind.DELETE && (failure == null || !wasNotSent(Completions.cause(failure)))) {
      requests.add(kind == Kind.WRITE ? BilledRequest.S3_PUT : BilledRequest.S3_GET, 1);
    }
  }

  /** The source with this store's settings, failing when the time for the call is over. */
  <T, M> Source<T, M> bounded(Source<T, M> source, RetryPolicy.Attempts attempts) {
    return source.withAttributes(attributes).completionTimeout(attempts.remaining());
  }

  /** The headers of an object; empty if there is none. */
  CompletionStage<Optional<ObjectMetadata>> headers(String bucket, String key) {
    return run(
        Kind.READ, "head " + bucket + "/" + key, attempts -> S3.getObjectMetadata(bucket, key));
  }

  /** The ETag that S3 sends with each object, without its quotes. */
  static String etag(ObjectMetadata headers) {
    return headers
        .getETag()
        .map(quoted -> quoted.replace("\"", ""))
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "expected an answer of S3 with an ETag, found none; check AWS_ENDPOINT_URL_S3"
                        + " and what lies between here and S3"));
  }

  /** The HTTP status of S3's error; 0 if the failure is something else. */
  static int status(Throwable failure) {
    return Completions.cause(failure) instanceof S3Exception e ? e.statusCode().intValue() : 0;
  }

  /** Whether there is no such object; a missing bucket is a 404 too, and an error. */
  static boolean isMissing(Throwable failure) {
    return status(failure) == NOT_FOUND
        && Completions.cause(failure) instanceof S3Exception e
        && e.code().equals(NO_SUCH_KEY);
  }

  /**
   * Whether a write has certainly done nothing: it was not sent, or S3 itself has said no. An
   * answer without an error code of S3 may come from something in between, and after an error on
   * the side of S3 nobody knows.
   */
  static boolean isRefusal(Throwable failure) {
    Throwable cause = Completions.cause(failure);
    if (cause instanceof S3Exception e) {
      return status(e) < FIRST_SERVER_ERROR
          && status(e) != CONFLICT
          && ERROR_CODE.matcher(e.code()).matches();
    }
    return wasNotSent(cause);
  }

  private static boolean wasNotSent(Throwable cause) {
    return cause instanceof BufferOverflowException
        || cause instanceof IllegalArgumentException
        || cause.getCause() instanceof ConnectException; // nobody listens there
  }

  private static boolean isTransient(Throwable failure) {
    if (failure instanceof S3Exception) {
      // 409 to a conditional write: another write of the key was under way.
      return status(failure) == CONFLICT || status(failure) >= FIRST_SERVER_ERROR;
    }
    return !(failure instanceof BufferOverflowException
        || failure instanceof OverloadException
        || failure instanceof IllegalArgumentException
        || failure instanceof ObjectTooLargeException
        || failure instanceof TimeoutException);
  }

  private Throwable explained(String what, Throwable failure) {
    if (failure instanceof BufferOverflowException) {
      return new OverloadException(
          aws.maxS3Waiting()
              + " requests wait for a connection to S3 already (argus.aws.max-s3-waiting): "
              + what);
    }
    if (failure instanceof TimeoutException) {
      TimeoutException timeout =
          new TimeoutException(
              "S3 did not answer within "
                  + aws.callTimeout().toMillis()
                  + " ms (argus.aws.call-timeout): "
                  + what);
      timeout.initCause(failure);
      return timeout;
    }
    return failure;
  }

  private static S3Settings settings(AwsEnvironment environment, AwsSettings aws) {
    S3Settings settings =
        S3Settings.create(
                MemoryBufferType.getInstance(),
                environment.credentials(),
                environment::region,
                ApiVersion.getListBucketVersion2())
            // Ours has a deadline, and does not take a full pool for an outage.
            .withRetrySettings(RetrySettings.create(0, aws.minBackoff(), aws.maxBackoff(), 0));
    return environment
        .s3()
        .map(
            endpoint ->
                settings
                    .withEndpointUrl(endpoint.toString())
                    .withAccessStyle(AccessStyle.pathAccessStyle()))
        .orElse(settings);
  }
}
