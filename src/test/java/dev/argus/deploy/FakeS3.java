package dev.argus.deploy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.DeleteBucketRequest;
import software.amazon.awssdk.services.s3.model.DeleteBucketResponse;
import software.amazon.awssdk.services.s3.model.DeleteObjectsRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectsResponse;
import software.amazon.awssdk.services.s3.model.HeadBucketRequest;
import software.amazon.awssdk.services.s3.model.HeadBucketResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListMultipartUploadsRequest;
import software.amazon.awssdk.services.s3.model.ListMultipartUploadsResponse;
import software.amazon.awssdk.services.s3.model.ListObjectVersionsRequest;
import software.amazon.awssdk.services.s3.model.ListObjectVersionsResponse;
import software.amazon.awssdk.services.s3.model.NoSuchBucketException;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.ObjectVersion;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Error;

/** Buckets by name, with the versions that are in them. */
final class FakeS3 implements S3Client {
  private static final int PAGE = 2;

  final Map<String, List<ObjectVersion>> buckets = new HashMap<>();

  /** What was put, whatever the bucket, by key. */
  final Map<String, PutObjectRequest> objects = new HashMap<>();

  private final Map<String, Long> sizes = new HashMap<>();

  /** Keys that cannot be removed. */
  final List<String> stuck = new ArrayList<>();

  static ObjectVersion version(String key, String version) {
    return ObjectVersion.builder().key(key).versionId(version).build();
  }

  @Override
  public HeadBucketResponse headBucket(HeadBucketRequest request) {
    if (!buckets.containsKey(request.bucket())) {
      throw NoSuchBucketException.builder().statusCode(404).message("no such bucket").build();
    }
    return HeadBucketResponse.builder().build();
  }

  @Override
  public HeadObjectResponse headObject(HeadObjectRequest request) {
    PutObjectRequest put = objects.get(request.key());
    if (put == null) {
      throw NoSuchKeyException.builder().statusCode(404).message("no such key").build();
    }
    return HeadObjectResponse.builder()
        .metadata(put.metadata())
        .contentLength(sizes.get(request.key()))
        .build();
  }

  @Override
  public PutObjectResponse putObject(PutObjectRequest request, RequestBody body) {
    objects.put(request.key(), request);
    sizes.put(request.key(), body.optionalContentLength().orElseThrow());
    return PutObjectResponse.builder().build();
  }

  @Override
  public ListMultipartUploadsResponse listMultipartUploads(ListMultipartUploadsRequest request) {
    return ListMultipartUploadsResponse.builder().isTruncated(false).build();
  }

  @Override
  public ListObjectVersionsResponse listObjectVersions(ListObjectVersionsRequest request) {
    List<ObjectVersion> all = buckets.get(request.bucket());
    int last = Math.min(PAGE, all.size());
    return ListObjectVersionsResponse.builder()
        .versions(List.copyOf(all.subList(0, last)))
        .isTruncated(last < all.size())
        .nextKeyMarker(last < all.size() ? "more" : null)
        .build();
  }

  @Override
  public DeleteObjectsResponse deleteObjects(DeleteObjectsRequest request) {
    List<S3Error> errors = new ArrayList<>();
    request
        .delete()
        .objects()
        .forEach(
            object -> {
              if (stuck.contains(object.key())) {
                errors.add(S3Error.builder().key(object.key()).code("AccessDenied").build());
              } else {
                buckets
                    .get(request.bucket())
                    .removeIf(
                        v ->
                            v.key().equals(object.key())
                                && v.versionId().equals(object.versionId()));
              }
            });
    return DeleteObjectsResponse.builder().errors(errors).build();
  }

  @Override
  public DeleteBucketResponse deleteBucket(DeleteBucketRequest request) {
    if (!buckets.get(request.bucket()).isEmpty()) {
      throw new IllegalStateException("the bucket is not empty");
    }
    buckets.remove(request.bucket());
    return DeleteBucketResponse.builder().build();
  }

  @Override
  public String serviceName() {
    return SERVICE_NAME;
  }

  @Override
  public void close() {}
}
