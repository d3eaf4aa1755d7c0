package dev.argus.deploy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * The buckets of a cluster as a stack of their own, which the rest is added to.
 *
 * <p>They come first for two reasons: a release and a template must lie somewhere before nodes and
 * CloudFormation can fetch them, and what a failed update takes back does not reach what was there
 * before it. They are kept when a stack goes, so a new one of the same name takes them over.
 */
final class Buckets {
  private static final int NOT_FOUND = 404;

  private final S3Client s3;
  private final Map<String, String> names;

  /**
   * @param names by their names in the template
   */
  Buckets(S3Client s3, Map<String, String> names) {
    this.s3 = s3;
    this.names = new LinkedHashMap<>(names);
  }

  /**
   * Those that are there.
   *
   * @throws DeployException if one cannot be seen, with what to do
   */
  Map<String, String> existing() {
    Map<String, String> there = new LinkedHashMap<>();
    names.forEach(
        (logical, bucket) -> {
          if (exists(bucket)) {
            there.put(logical, bucket);
          }
        });
    return there;
  }

  private boolean exists(String bucket) {
    try {
      s3.headBucket(r -> r.bucket(bucket));
      return true;
    } catch (S3Exception e) {
      if (e.statusCode() == NOT_FOUND) {
        return false;
      }
      throw new DeployException(
          "the bucket %s cannot be looked at (S3 answers %d): these credentials need s3:ListBucket"
                  .formatted(bucket, e.statusCode())
              + " on it, or it is somebody else's and another ARGUS_NAMES_PREFIX is needed",
          e);
    }
  }

  /** Makes a stack that does not exist yet of them: those that are there are taken over. */
  void deploy(Stack stack, ChangeSets changeSets) throws InterruptedException {
    Map<String, String> there = existing();
    if (there.isEmpty()) {
      stack.create(Template.ofBuckets(names));
      return;
    }
    stack.execute(changeSets.ofImport(there));
    if (there.size() < names.size()) {
      stack.update(Template.ofBuckets(names), List.of());
    }
  }
}
