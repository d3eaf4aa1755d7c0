package dev.argus.deploy;

import dev.argus.config.NamesSettings;
import dev.argus.deploy.Doctor.Cluster;
import dev.argus.deploy.Services.Service;
import dev.argus.ports.RetentionRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicBoolean;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;
import software.amazon.awssdk.services.s3.model.ExpirationStatus;
import software.amazon.awssdk.services.s3.model.LifecycleRule;
import software.amazon.awssdk.services.s3.model.PublicAccessBlockConfiguration;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** Whether the buckets are there, private, and forget what is to be forgotten. */
final class BucketChecks {
  private static final int NOT_FOUND = 404;
  private static final int NOT_ALLOWED = 405;
  private static final int NOT_IMPLEMENTED = 501;
  private static final String AGAIN = "argus provision --update sets it";

  private final Cluster cluster;
  private final Findings findings;
  private final S3Client s3;

  BucketChecks(Cluster cluster, Findings findings) {
    this.cluster = cluster;
    this.findings = findings;
    this.s3 = cluster.services().s3();
  }

  void run() throws InterruptedException {
    NamesSettings names = cluster.settings().names();
    List<String> buckets =
        new ArrayList<>(List.of(names.inputBucket(), names.outputBucket(), names.stateBucket()));
    Optional.ofNullable(cluster.outputs().get("ReleaseBucket")).ifPresent(buckets::add);
    for (String bucket : buckets) {
      String name = "bucket " + bucket;
      AtomicBoolean there = new AtomicBoolean();
      findings.look(name, () -> there.set(isThere(name, bucket)));
      if (!there.get()) {
        continue;
      }
      check(name + " public access", () -> publicAccess(name + " public access", bucket));
      check(name + " encryption", () -> encryption(name + " encryption", bucket));
      check(name + " versioning", () -> versioning(name + " versioning", bucket));
      check(name + " policy", () -> policy(name + " policy", bucket));
      for (RetentionRule rule :
          RetentionRule.of(cluster.settings().retention(), cluster.settings().names())) {
        if (rule.bucket().equals(bucket)) {
          String expiry = name + " expiry" + (rule.prefix().isEmpty() ? "" : " " + rule.prefix());
          check(expiry, () -> expiry(expiry, rule));
        }
      }
    }
  }

  private boolean isThere(String check, String bucket) {
    try {
      s3.headBucket(r -> r.bucket(bucket));
      findings.ok(check, "it is there");
      return true;
    } catch (S3Exception e) {
      findings.fail(
          check,
          e.statusCode() == NOT_FOUND
              ? "it does not exist"
              : "it cannot be reached (S3 answers " + e.statusCode() + ")",
          e.statusCode() == NOT_FOUND
              ? "argus provision makes it"
              : "these credentials need s3:ListBucket on it");
      return false;
    }
  }

  /** What S3 says when something was never set is no failure of the look. */
  private void check(String check, Findings.Look look) throws InterruptedException {
    findings.look(
        check,
        () -> {
          try {
            look.run();
          } catch (S3Exception e) {
            if (e.statusCode() == NOT_FOUND && cluster.services().isAws(Service.S3)) {
              findings.fail(check, "it is not set", AGAIN);
            } else if (e.statusCode() == NOT_FOUND) {
              findings.skip(check, "it is not set, and this S3 is not AWS's");
            } else if (e.statusCode() == NOT_IMPLEMENTED || e.statusCode() == NOT_ALLOWED) {
              findings.skip(check, "this S3 does not have it");
            } else {
              throw e;
            }
          }
        });
  }

  private void publicAccess(String check, String bucket) {
    PublicAccessBlockConfiguration block =
        s3.getPublicAccessBlock(r -> r.bucket(bucket)).publicAccessBlockConfiguration();
    boolean all =
        Boolean.TRUE.equals(block.blockPublicAcls())
            && Boolean.TRUE.equals(block.blockPublicPolicy())
            && Boolean.TRUE.equals(block.ignorePublicAcls())
            && Boolean.TRUE.equals(block.restrictPublicBuckets());
    say(check, all, "blocked", "it is not blocked in all four ways");
  }

  private void encryption(String check, String bucket) {
    boolean any =
        !s3.getBucketEncryption(r -> r.bucket(bucket))
            .serverSideEncryptionConfiguration()
            .rules()
            .isEmpty();
    say(check, any, "at rest", "it has no rule");
  }

  private void versioning(String check, String bucket) {
    boolean on =
        s3.getBucketVersioning(r -> r.bucket(bucket)).status() == BucketVersioningStatus.ENABLED;
    say(check, !on, "off", "it is on, so what is expired stays as an old version");
  }

  private void policy(String check, String bucket) {
    String policy = s3.getBucketPolicy(r -> r.bucket(bucket)).policy();
    say(check, TlsPolicy.refusesPlainHttp(policy), "TLS only", "it takes calls without TLS");
  }

  private void expiry(String check, RetentionRule rule) {
    OptionalInt days =
        s3.getBucketLifecycleConfiguration(r -> r.bucket(rule.bucket())).rules().stream()
            .filter(r -> r.status() == ExpirationStatus.ENABLED && r.expiration() != null)
            .filter(r -> r.expiration().days() != null && prefix(r).equals(rule.prefix()))
            .mapToInt(r -> r.expiration().days())
            .min();
    say(check, days.isPresent(), "after " + days.orElse(0) + " days", "nothing ever expires");
  }

  /** S3 gives a prefix back as it was set: within a filter, or in the older form. */
  @SuppressWarnings("deprecation")
  private static String prefix(LifecycleRule rule) {
    String prefix =
        rule.filter() != null && rule.filter().prefix() != null
            ? rule.filter().prefix()
            : rule.prefix();
    return prefix == null ? "" : prefix;
  }

  private void say(String check, boolean well, String text, String otherwise) {
    if (well) {
      findings.ok(check, text);
    } else {
      findings.fail(check, otherwise, AGAIN);
    }
  }
}
