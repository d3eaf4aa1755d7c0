package dev.argus.localaws;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.gaul.s3proxy.blobstore.BlobStore;
import org.gaul.s3proxy.blobstore.ForwardingBlobStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * Hides objects that are still being written.
 *
 * <p>S3Proxy writes an object into a file {@code <key>-<random UUID>} beside its place and then
 * moves it there, so a listing would show that file as an object, and a kill would leave it there
 * for ever. On S3 an object is there whole or not at all.
 */
final class UnfinishedObjects extends ForwardingBlobStore {
  private static final Logger log = LoggerFactory.getLogger(UnfinishedObjects.class);
  private static final Pattern NAME =
      Pattern.compile(
          "(.+)-[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}",
          Pattern.DOTALL);

  /** S3Proxy sets it when the content is complete. */
  private static final String COMPLETE = "user.content-md5";

  private static final String PROBE = "argus-probe";

  private record Target(String bucket, String key) {}

  private final Set<Writer> writers = ConcurrentHashMap.newKeySet();
  private final Set<Set<Target>> listings = ConcurrentHashMap.newKeySet();

  /** One put that is under way; two to one key are two. */
  private static final class Writer {
    private final Target target;

    private Writer(Target target) {
      this.target = target;
    }
  }

  UnfinishedObjects(BlobStore delegate) {
    super(delegate);
  }

  @Override
  public PutObjectResponse putBlob(PutObjectRequest request, InputStream payload) {
    Writer writer = new Writer(new Target(request.bucket(), request.key()));
    writers.add(writer);
    listings.forEach(seen -> seen.add(writer.target));
    try {
      return super.putBlob(request, payload);
    } finally {
      writers.remove(writer);
    }
  }

  @Override
  public ListObjectsV2Response list(ListObjectsV2Request request) {
    // All that were written at any moment of the listing, for it may have met any of them.
    Set<Target> seen = ConcurrentHashMap.newKeySet();
    listings.add(seen);
    writers.forEach(w -> seen.add(w.target));
    try {
      ListObjectsV2Response all = super.list(request);
      List<S3Object> whole =
          all.contents().stream().filter(o -> !isDraft(o, request.bucket(), seen)).toList();
      return all.toBuilder().contents(whole).build();
    } finally {
      listings.remove(seen);
    }
  }

  private static boolean isDraft(S3Object object, String bucket, Set<Target> seen) {
    Matcher name = NAME.matcher(object.key());
    return name.matches() && seen.contains(new Target(bucket, name.group(1)));
  }

  /** Deletes what a killed run was writing; must not run while something writes. */
  static void deleteLeftovers(Path root) throws IOException {
    if (!keepsAttributes(root)) {
      log.warn(
          "The file system of {} keeps no extended attributes: names, types and checksums of"
              + " objects will be missing. Choose a data directory on another one.",
          root);
      return;
    }
    try (Stream<Path> files =
        Files.find(root, Integer.MAX_VALUE, (file, a) -> a.isRegularFile() && isLeftover(file))) {
      for (Path file : files.toList()) {
        log.info("Deleting {}, which a killed run did not finish", file);
        Files.deleteIfExists(file);
      }
    }
  }

  private static boolean isLeftover(Path file) {
    Matcher name = NAME.matcher(file.getFileName().toString());
    if (!name.matches()) {
      return false;
    }
    try {
      Path target = file.resolveSibling(name.group(1));
      boolean linkedAlready = Files.exists(target) && Files.isSameFile(target, file);
      return linkedAlready || !attributes(file).list().contains(COMPLETE);
    } catch (IOException e) {
      return false;
    }
  }

  private static boolean keepsAttributes(Path root) {
    try {
      attributes(root).write(PROBE, ByteBuffer.wrap("x".getBytes(StandardCharsets.US_ASCII)));
      attributes(root).delete(PROBE);
      return true;
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }

  private static UserDefinedFileAttributeView attributes(Path file) {
    UserDefinedFileAttributeView view =
        Files.getFileAttributeView(file, UserDefinedFileAttributeView.class);
    if (view == null) {
      throw new UnsupportedOperationException("No extended attributes on " + file);
    }
    return view;
  }
}
