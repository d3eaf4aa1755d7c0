package dev.argus.deploy;

import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.DeleteObjectsResponse;
import software.amazon.awssdk.services.s3.model.ListObjectVersionsResponse;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.S3Error;

/** Removes a bucket with all that is in it: every version, and uploads that never ended. */
final class BucketRemoval {
  private final S3Client s3;
  private final Consumer<String> progress;

  BucketRemoval(S3Client s3, Consumer<String> progress) {
    this.s3 = s3;
    this.progress = progress;
  }

  void remove(String bucket) {
    s3.listMultipartUploadsPaginator(r -> r.bucket(bucket)).uploads().stream()
        .forEach(
            upload ->
                s3.abortMultipartUpload(
                    r -> r.bucket(bucket).key(upload.key()).uploadId(upload.uploadId())));
    long removed = 0;
    // A page is as many as S3 removes in one call.
    for (ListObjectVersionsResponse page : s3.listObjectVersionsPaginator(r -> r.bucket(bucket))) {
      List<ObjectIdentifier> batch =
          Stream.concat(
                  page.versions().stream().map(v -> identifier(v.key(), v.versionId())),
                  page.deleteMarkers().stream().map(m -> identifier(m.key(), m.versionId())))
              .toList();
      if (!batch.isEmpty()) {
        delete(bucket, batch);
        removed += batch.size();
        progress.accept("%s: %,d objects removed".formatted(bucket, removed));
      }
    }
    s3.deleteBucket(r -> r.bucket(bucket));
  }

  private void delete(String bucket, List<ObjectIdentifier> batch) {
    DeleteObjectsResponse answer =
        s3.deleteObjects(r -> r.bucket(bucket).delete(d -> d.objects(batch).quiet(true)));
    if (!answer.errors().isEmpty()) {
      S3Error first = answer.errors().get(0);
      throw new DeployException(
          "%d objects of %s cannot be removed, the first is %s: %s %s"
              .formatted(
                  answer.errors().size(), bucket, first.key(), first.code(), first.message()));
    }
  }

  private static ObjectIdentifier identifier(String key, String version) {
    return ObjectIdentifier.builder().key(key).versionId(version).build();
  }
}
