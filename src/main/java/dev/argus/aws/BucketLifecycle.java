package dev.argus.aws;

import dev.argus.ports.Completions;
import dev.argus.ports.RetentionRule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.ExpirationStatus;
import software.amazon.awssdk.services.s3.model.LifecycleExpiration;
import software.amazon.awssdk.services.s3.model.LifecycleRule;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * Puts the retention rules on buckets as their lifecycle, so that S3 removes what is expired.
 *
 * <p>S3 counts in whole days: ages are rounded up. A bucket's lifecycle is replaced as a whole.
 */
public final class BucketLifecycle {
  private static final int NOT_IMPLEMENTED = 501;

  private final S3AsyncClient client;

  public BucketLifecycle(S3AsyncClient client) {
    this.client = client;
  }

  /**
   * Puts the rules on their buckets.
   *
   * @return whether the store will apply them; false where it has no lifecycle, as S3Proxy has none
   */
  public CompletionStage<Boolean> apply(List<RetentionRule> rules) {
    Map<String, List<RetentionRule>> byBucket =
        rules.stream().collect(Collectors.groupingBy(RetentionRule::bucket));
    List<CompletableFuture<Boolean>> all = new ArrayList<>();
    byBucket.forEach((bucket, own) -> all.add(apply(bucket, own)));
    return Failures.plain(
        CompletableFuture.allOf(all.toArray(CompletableFuture[]::new))
            .thenApply(done -> all.stream().allMatch(CompletableFuture::join)));
  }

  private CompletableFuture<Boolean> apply(String bucket, List<RetentionRule> rules) {
    List<LifecycleRule> lifecycle = rules.stream().map(BucketLifecycle::rule).toList();
    return client
        .putBucketLifecycleConfiguration(
            request -> request.bucket(bucket).lifecycleConfiguration(c -> c.rules(lifecycle)))
        .thenApply(done -> true)
        .exceptionallyCompose(
            failure ->
                Completions.cause(failure) instanceof S3Exception e
                        && e.statusCode() == NOT_IMPLEMENTED
                    ? CompletableFuture.completedFuture(false)
                    : CompletableFuture.failedFuture(failure));
  }

  private static LifecycleRule rule(RetentionRule rule) {
    return LifecycleRule.builder()
        .id(rule.prefix().isEmpty() ? "argus" : "argus-" + rule.prefix().replace("/", ""))
        .status(ExpirationStatus.ENABLED)
        .filter(filter -> filter.prefix(rule.prefix()))
        .expiration(LifecycleExpiration.builder().days(days(rule.age())).build())
        .build();
  }

  private static int days(Duration age) {
    Duration whole = Duration.ofDays(age.toDays());
    return Math.toIntExact(whole.equals(age) ? age.toDays() : age.toDays() + 1);
  }
}
