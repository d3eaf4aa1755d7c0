package dev.argus.localaws;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.nio2blob.FilesystemNio2BlobStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * S3 in this process: S3Proxy on loopback, its objects files in a directory.
 *
 * <p>Every call must be signed with the given credentials; objects are not bound to them, so the
 * next run may use others. An acknowledged put survives a kill -9 of the process, and conditional
 * writes are atomic. A bucket is a directory, its name three characters or longer.
 */
public final class EmbeddedS3 implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(EmbeddedS3.class);
  private static final String HOST = "127.0.0.1";

  /** One thread a connection that is being answered; further ones wait. */
  private static final int MAX_THREADS = 64;

  private final S3Proxy server;
  private final URI endpoint;

  private EmbeddedS3(S3Proxy server) {
    this.server = server;
    this.endpoint = URI.create("http://" + HOST + ":" + server.getPort());
  }

  /**
   * Starts on a port and serves what the directory holds.
   *
   * @param port 0 for any free one
   * @throws LocalAwsException when the port is taken
   */
  public static EmbeddedS3 start(Path data, int port, Credentials credentials) {
    try {
      Files.createDirectories(data);
      UnfinishedObjects.deleteLeftovers(data);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot use " + data + " for objects", e);
    }
    S3Proxy server =
        S3Proxy.builder()
            .blobStore(
                new AtomicWrites(
                    new UnfinishedObjects(
                        new FilesystemNio2BlobStore(data.toAbsolutePath().toString()))))
            .endpoint(URI.create("http://" + HOST + ":" + port))
            .awsAuthentication(
                AuthenticationType.AWS_V4, credentials.accessKeyId(), credentials.secretAccessKey())
            .jettyMaxThreads(MAX_THREADS)
            .build();
    try {
      server.start();
    } catch (Exception e) {
      throw new LocalAwsException(
          "The embedded S3 did not start on port " + port + ": " + e.getMessage(), e);
    }
    return new EmbeddedS3(server);
  }

  public URI endpoint() {
    return endpoint;
  }

  /** Stops serving. */
  @Override
  public void close() {
    try {
      server.stop();
    } catch (Exception e) {
      log.warn("The embedded S3 did not stop cleanly", e);
    }
  }
}
