package dev.argus.deploy;

import java.time.Duration;
import java.util.Map;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;

/** The bucket of releases. */
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
}
