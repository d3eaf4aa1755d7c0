package dev.argus.localaws;

import java.io.InputStream;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.gaul.s3proxy.blobstore.BlobStore;
import org.gaul.s3proxy.blobstore.ForwardingBlobStore;
import org.gaul.s3proxy.blobstore.S3Exceptions;
import org.gaul.s3proxy.blobstore.domain.MultipartUpload;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.CopyObjectRequest;
import software.amazon.awssdk.services.s3.model.CopyObjectResponse;
import software.amazon.awssdk.services.s3.model.DeleteObjectRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;

/**
 * Makes writes with If-Match atomic, as on S3.
 *
 * <p>S3Proxy compares the ETag before it takes the content, and writes later: two that replace one
 * version would both be told that they have. Here writes to one key are made one after the other,
 * and the ETag is compared once more in between.
 */
final class AtomicWrites extends ForwardingBlobStore {
  private record Target(String bucket, String key) {}

  /** Kept as long as somebody has it or waits for it. */
  private static final class Turn {
    private final ReentrantLock lock = new ReentrantLock();
    private int users; // changed only while the map holds the key
  }

  private final ConcurrentHashMap<Target, Turn> turns = new ConcurrentHashMap<>();

  AtomicWrites(BlobStore delegate) {
    super(delegate);
  }

  @Override
  public PutObjectResponse putBlob(PutObjectRequest request, InputStream payload) {
    return inTurn(
        request.bucket(),
        request.key(),
        () -> {
          if (request.ifMatch() != null) {
            requireMatch(request.bucket(), request.key(), request.ifMatch());
          }
          return super.putBlob(request, payload);
        });
  }

  @Override
  public CompleteMultipartUploadResponse completeMultipartUpload(
      MultipartUpload upload, CompleteMultipartUploadRequest request) {
    return inTurn(
        request.bucket(),
        request.key(),
        () -> {
          if (request.ifMatch() != null) {
            requireMatch(request.bucket(), request.key(), request.ifMatch());
          }
          return super.completeMultipartUpload(upload, request);
        });
  }

  @Override
  public CopyObjectResponse copyBlob(CopyObjectRequest request) {
    return inTurn(
        request.destinationBucket(), request.destinationKey(), () -> super.copyBlob(request));
  }

  @Override
  public DeleteObjectResponse removeBlob(DeleteObjectRequest request) {
    return inTurn(request.bucket(), request.key(), () -> super.removeBlob(request));
  }

  private void requireMatch(String bucket, String key, String etag) {
    HeadObjectResponse there = blobMetadataIfPresent(bucket, key);
    if (there == null) {
      throw S3Exceptions.noSuchKey(bucket, key, "It was deleted meanwhile");
    }
    if (!etag.equals("*") && !unquoted(etag).equals(unquoted(there.eTag()))) {
      throw S3Exceptions.preconditionFailed(null);
    }
  }

  private static String unquoted(String etag) {
    return etag.replace("\"", "");
  }

  private <T> T inTurn(String bucket, String key, Supplier<T> write) {
    Target target = new Target(bucket, key);
    Turn turn =
        turns.compute(
            target,
            (k, there) -> {
              Turn mine = there == null ? new Turn() : there;
              mine.users++;
              return mine;
            });
    turn.lock.lock();
    try {
      return write.get();
    } finally {
      turn.lock.unlock();
      turns.computeIfPresent(
          target,
          (k, there) -> {
            there.users--;
            return there.users == 0 ? null : there;
          });
    }
  }
}
