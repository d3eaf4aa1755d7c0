package dev.argus.deploy;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.regions.PartitionMetadata;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;

/** The bucket of releases, and of the templates that were deployed with them. */
final class ReleaseBucket {
  private static final String SHA256 = "sha256";
  // A release over a slow line.
  private static final Duration UPLOAD_LIMIT = Duration.ofHours(1);

  private final S3Client s3;
  private final String bucket;

  ReleaseBucket(S3Client s3, String bucket) {
    this.s3 = s3;
    this.bucket = bucket;
  }

  /** Whether the release is there, whole. */
  boolean has(Release release) {
    try {
      HeadObjectResponse there = s3.headObject(r -> r.bucket(bucket).key(release.key()));
      return there.contentLength() == release.size()
          && release.sha256().equals(there.metadata().get(SHA256));
    } catch (NoSuchKeyException e) {
      return false;
    }
  }

  /** Uploads it in one piece; S3 refuses what does not have the checksum. */
  void put(Release release) {
    s3.putObject(
        r ->
            r.bucket(bucket)
                .key(release.key())
                .contentType("application/zip")
                .metadata(Map.of(SHA256, release.sha256()))
                .checksumSHA256(release.sha256InBase64())
                .overrideConfiguration(
                    o -> o.apiCallTimeout(UPLOAD_LIMIT).apiCallAttemptTimeout(UPLOAD_LIMIT)),
        RequestBody.fromFile(release.file()));
  }

  /** Uploads a template, and says where CloudFormation finds it. */
  Template put(String template, Region region) {
    byte[] bytes = template.getBytes(StandardCharsets.UTF_8);
    String key = "templates/argus-" + hash(bytes) + ".yaml";
    s3.putObject(
        r -> r.bucket(bucket).key(key).contentType("application/yaml"),
        RequestBody.fromBytes(bytes));
    return Template.at(
        "https://%s.s3.%s.%s/%s"
            .formatted(bucket, region.id(), PartitionMetadata.of(region).dnsSuffix(), key));
  }

  private static String hash(byte[] bytes) {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes))
          .substring(0, 12);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
