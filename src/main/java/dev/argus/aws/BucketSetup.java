package dev.argus.aws;

import dev.argus.config.AwsSettings;
import dev.argus.config.NamesSettings;
import dev.argus.ports.BilledRequests;
import dev.argus.ports.Completions;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.apache.pekko.actor.ClassicActorSystemProvider;
import org.apache.pekko.stream.connectors.s3.BucketAccess;
import org.apache.pekko.stream.connectors.s3.S3Exception;
import org.apache.pekko.stream.connectors.s3.javadsl.S3;

/** Creates the buckets that Argus needs; doing it again changes nothing. */
public final class BucketSetup {
  // What S3 says to two creators at once; the second is as content as the first.
  private static final Set<String> ALREADY_OURS =
      Set.of("BucketAlreadyOwnedByYou", "OperationAborted");

  private final S3Calls calls;

  public BucketSetup(
      ClassicActorSystemProvider system, AwsEnvironment environment, AwsSettings aws) {
    this.calls = new S3Calls(system, environment, aws, new BilledRequests());
  }

  /** Creates the input, output and state buckets, one after the other. */
  public CompletionStage<Done> ensureBuckets(NamesSettings names) {
    CompletionStage<Done> done = CompletableFuture.completedFuture(Done.getInstance());
    for (String bucket : List.of(names.inputBucket(), names.outputBucket(), names.stateBucket())) {
      done = done.thenCompose(created -> ensureBucket(bucket));
    }
    return done;
  }

  /**
   * Creates a bucket unless it is there.
   *
   * <p>Fails with {@link BucketUnavailableException} if the name belongs to somebody else.
   */
  public CompletionStage<Done> ensureBucket(String bucket) {
    return Failures.plain(
        calls
            .run(
                S3Calls.Kind.READ,
                "check " + bucket,
                attempts -> S3.checkIfBucketExistsSource(bucket))
            .thenCompose(
                access -> {
                  if (access == BucketAccess.accessGranted()) {
                    return CompletableFuture.completedFuture(Done.getInstance());
                  }
                  if (access == BucketAccess.accessDenied()) {
                    return CompletableFuture.failedFuture(
                        new BucketUnavailableException(bucket, access.toString()));
                  }
                  return create(bucket);
                }));
  }

  private CompletionStage<Done> create(String bucket) {
    return calls
        .run(S3Calls.Kind.WRITE, "create " + bucket, attempts -> S3.makeBucketSource(bucket))
        .exceptionallyCompose(
            failure ->
                Completions.cause(failure) instanceof S3Exception e
                        && ALREADY_OURS.contains(e.code())
                    ? CompletableFuture.completedFuture(Done.getInstance())
                    : CompletableFuture.failedFuture(failure));
  }
}
