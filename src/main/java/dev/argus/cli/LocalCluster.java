package dev.argus.cli;

import dev.argus.aws.AwsEnvironment;
import dev.argus.aws.BucketSetup;
import dev.argus.aws.Ec2Fleet;
import dev.argus.aws.QueueSetup;
import dev.argus.config.ArgusSettings;
import dev.argus.localaws.Expiry;
import dev.argus.localaws.LocalAws;
import dev.argus.ports.RetentionRule;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;

/** A web node on the embedded AWS, with the queues and buckets it needs. */
final class LocalCluster implements AutoCloseable {
  /**
   * SQS itself dead-letters after this many receives. App nodes judge by attempts of their own (see
   * argus.worker.max-receives), which drains and kills do not use up; this is the last resort.
   */
  private static final int REDRIVE_AFTER_RECEIVES = 1000;

  private static final Duration SETUP_TIMEOUT = Duration.ofSeconds(30);

  private final Ports ports;
  private final WebNode node;

  private LocalCluster(Ports ports, WebNode node) {
    this.ports = ports;
    this.node = node;
  }

  /** Creates what is missing, starts the web node, and registers this process as its instance. */
  static LocalCluster start(ArgusSettings settings, Map<String, String> environment, LocalAws aws)
      throws Exception {
    Ports ports = new Ports(settings, environmentOf(aws), Telemetry.of(environment, "argus-web"));
    try {
      CompletableFuture.allOf(
              new QueueSetup(ports.clients().sqs())
                  .create(
                      settings.names(),
                      settings.worker().visibilityTimeout(),
                      REDRIVE_AFTER_RECEIVES)
                  .toCompletableFuture(),
              new BucketSetup(ports.system(), environmentOf(aws), settings.aws())
                  .ensureBuckets(settings.names())
                  .toCompletableFuture())
          .get(SETUP_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
      aws.expire(
          RetentionRule.of(settings.retention(), settings.names()).stream()
              .map(rule -> new Expiry(rule.bucket(), rule.prefix(), rule.age()))
              .toList(),
          settings.retention().cleanInterval());
      aws.ec2()
          .registerSelf(
              Map.of("Name", "web-instance", Ec2Fleet.CLUSTER_TAG, settings.names().prefix()));
      return new LocalCluster(
          ports,
          WebNode.start(
              settings, environment, ports, CompletableFuture.completedFuture(Optional.empty())));
    } catch (Exception e) {
      ports.close();
      throw e;
    }
  }

  /** The embedded services, as the adapters of AWS see them. */
  static AwsEnvironment environmentOf(LocalAws aws) {
    return environmentOf(aws.environment());
  }

  /**
   * Likewise for a run in another process.
   *
   * @param variables its {@code aws.env}
   */
  static AwsEnvironment environmentOf(Map<String, String> variables) {
    return new AwsEnvironment(
        Region.of(variables.get("AWS_REGION")),
        StaticCredentialsProvider.create(
            AwsBasicCredentials.create(
                variables.get("AWS_ACCESS_KEY_ID"), variables.get("AWS_SECRET_ACCESS_KEY"))),
        Optional.of(URI.create(variables.get("AWS_ENDPOINT_URL_SQS"))),
        Optional.of(URI.create(variables.get("AWS_ENDPOINT_URL_S3"))),
        Optional.of(URI.create(variables.get("AWS_ENDPOINT_URL_EC2"))));
  }

  /** What the machine image of an app node would have set: where programs are, and Argus. */
  static Map<String, String> instanceEnvironment(Map<String, String> own) {
    Map<String, String> environment = new HashMap<>();
    for (String name :
        List.of("PATH", "HOME", "LANG", "TMPDIR", "JAVA_HOME", "ARGUS_HOME", "ARGUS_JAR")) {
      if (own.containsKey(name)) {
        environment.put(name, own.get(name));
      }
    }
    environment.put("ARGUS_BUILD", "never");
    return environment;
  }

  InetSocketAddress address() {
    return node.address();
  }

  @Override
  public void close() throws Exception {
    try (ports) {
      node.close();
    }
  }
}
