package dev.argus.endtoend;

import dev.argus.aws.AwsClients;
import dev.argus.aws.AwsEnvironment;
import dev.argus.aws.BucketSetup;
import dev.argus.aws.QueueSetup;
import dev.argus.aws.S3Pool;
import dev.argus.config.ArgusSettings;
import dev.argus.localaws.Ec2Options;
import dev.argus.localaws.EmbeddedEc2;
import dev.argus.localaws.LocalAws;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * The embedded services in this process with the queues and buckets of a cluster, for web nodes
 * that are processes of their own; and what lies in them.
 */
final class EmbeddedAccount implements AutoCloseable {
  private final LocalAws aws;
  private final ActorSystem<Void> system;
  private final AwsClients clients;

  /**
   * @param maxInstances not terminated at once
   */
  EmbeddedAccount(Path data, int maxInstances) {
    ArgusSettings settings = ArgusSettings.load(Map.of("ARGUS_PROFILE", "local"));
    aws =
        LocalAws.start(
            data,
            WebProcess.programs(),
            Ec2Options.defaults().withMaxInstances(maxInstances),
            Clock.systemUTC());
    AwsEnvironment environment =
        new AwsEnvironment(
            Region.of(aws.environment().get("AWS_REGION")),
            StaticCredentialsProvider.create(
                AwsBasicCredentials.create(
                    aws.credentials().accessKeyId(), aws.credentials().secretAccessKey())),
            Optional.of(aws.sqsEndpoint()),
            Optional.of(aws.s3Endpoint()),
            Optional.of(URI.create(aws.environment().get("AWS_ENDPOINT_URL_EC2"))));
    system =
        ActorSystem.create(
            Behaviors.empty(), "setup", S3Pool.configure(settings.config(), settings.aws()));
    clients = new AwsClients(environment, settings.aws());
    new QueueSetup(clients.sqs())
        .create(settings.names(), settings.worker().visibilityTimeout(), 1000)
        .toCompletableFuture()
        .join();
    new BucketSetup(system, environment, settings.aws())
        .ensureBuckets(settings.names())
        .toCompletableFuture()
        .join();
  }

  /** With which AWS clients use these services. */
  Map<String, String> environment() {
    return aws.environment();
  }

  EmbeddedEc2 ec2() {
    return aws.ec2();
  }

  AwsClients clients() {
    return clients;
  }

  /** The keys in a bucket, or a thousand of them if there are more. */
  List<String> keys(String bucket) {
    return clients.s3().listObjectsV2(b -> b.bucket(bucket)).join().contents().stream()
        .map(S3Object::key)
        .toList();
  }

  /** How many photos have an answer, or a thousand if more have. */
  int answers() {
    return keys("argus-output").size();
  }

  @Override
  public void close() {
    clients.close();
    system.terminate();
    aws.close();
  }
}
