package dev.argus.aws;

import dev.argus.config.AwsSettings;
import dev.argus.localaws.Credentials;
import dev.argus.localaws.EmbeddedS3;
import java.nio.file.Path;
import java.util.List;
import org.apache.pekko.actor.ActorSystem;

/** An embedded S3 with Argus's buckets, and a store on it. */
final class LocalS3 implements AutoCloseable {
  private final Path data;
  private final Credentials credentials = Credentials.random();
  private EmbeddedS3 server;
  final AwsEnvironment environment;
  final AwsClients clients;
  final ActorSystem system;
  final CallCounter calls = new CallCounter();
  final S3ObjectStore store;

  LocalS3(Path data, AwsSettings settings) {
    this.data = data;
    this.server = EmbeddedS3.start(data, 0, credentials);
    this.environment =
        TestAws.environment(
            server.endpoint(), credentials.accessKeyId(), credentials.secretAccessKey());
    this.clients = new AwsClients(environment, settings, List.of(calls));
    this.system = TestAws.system(settings);
    BucketSetup buckets = new BucketSetup(system, environment, settings);
    TestAws.await(buckets.ensureBuckets(TestAws.argus().names()));
    TestAws.await(buckets.ensureBuckets(TestAws.argus().names()));
    this.store =
        new S3ObjectStore(system, environment, settings, TestAws.argus().names(), clients::s3);
  }

  void stopServer() {
    server.close();
  }

  void startServerAgain() {
    server = EmbeddedS3.start(data, server.endpoint().getPort(), credentials);
  }

  @Override
  public void close() {
    system.terminate();
    clients.close();
    server.close();
  }
}
