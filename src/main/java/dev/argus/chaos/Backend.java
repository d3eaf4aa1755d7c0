package dev.argus.chaos;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.argus.aws.AwsClients;
import dev.argus.aws.AwsEnvironment;
import dev.argus.aws.BucketSetup;
import dev.argus.aws.QueueSetup;
import dev.argus.aws.S3ObjectStore;
import dev.argus.aws.S3Pool;
import dev.argus.aws.SqsQueues;
import dev.argus.aws.SqsSourceSettings;
import dev.argus.config.ArgusSettings;
import dev.argus.ledger.LedgerAudit;
import dev.argus.ledger.LedgerCount;
import dev.argus.localaws.Credentials;
import dev.argus.ports.QueueCounts;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;

/** SQS and S3 as the run itself sees them: straight, and not by way of the proxies. */
final class Backend implements AutoCloseable {
  static final String REGION = "us-east-1";

  /** Broken connections are what this is for, and no news. */
  private static final Config QUIET =
      ConfigFactory.parseMap(Map.of("pekko.loglevel", "OFF", "pekko.stdout-loglevel", "OFF"));

  private static final Duration CALL_TIMEOUT = Duration.ofSeconds(30);
  private static final Duration READ_TIMEOUT = Duration.ofMinutes(5);

  private final ArgusSettings settings;
  private final AwsEnvironment environment;
  private final ActorSystem<Void> system;
  private final AwsClients clients;
  private final SqsQueues queues;
  private final S3ObjectStore store;

  Backend(ArgusSettings settings, Credentials credentials, URI sqs, URI s3) {
    this.settings = settings;
    this.environment =
        new AwsEnvironment(
            Region.of(REGION),
            StaticCredentialsProvider.create(
                AwsBasicCredentials.create(
                    credentials.accessKeyId(), credentials.secretAccessKey())),
            Optional.of(sqs),
            Optional.of(s3),
            Optional.empty());
    this.system =
        ActorSystem.create(
            Behaviors.empty(),
            "chaos",
            QUIET.withFallback(S3Pool.configure(settings.config(), settings.aws())));
    this.clients = new AwsClients(environment, settings.aws());
    this.queues =
        new SqsQueues(
            clients.sqs(),
            settings.names().prefix(),
            settings.aws(),
            SqsSourceSettings.of(
                settings.aws(),
                settings.web().receiveWait(),
                settings.worker().visibilityTimeout()),
            system);
    this.store =
        new S3ObjectStore(system, environment, settings.aws(), settings.names(), clients::s3);
  }

  ActorSystem<Void> system() {
    return system;
  }

  /**
   * Creates what the system needs.
   *
   * @param redriveAfterReceives after so many receives SQS itself gives a message up
   */
  void createQueuesAndBuckets(int redriveAfterReceives) {
    await(
        new QueueSetup(clients.sqs())
            .create(settings.names(), settings.worker().visibilityTimeout(), redriveAfterReceives),
        CALL_TIMEOUT);
    await(
        new BucketSetup(system, environment, settings.aws()).ensureBuckets(settings.names()),
        CALL_TIMEOUT);
  }

  /** How many messages each queue holds, received ones included. */
  Map<String, Integer> messages() {
    Map<String, Integer> messages = new LinkedHashMap<>();
    for (String name :
        List.of(
            settings.names().requestQueue(),
            settings.names().responseQueue(),
            settings.names().deadLetterQueue())) {
      QueueCounts counts = await(queues.named(name).counts(), CALL_TIMEOUT);
      messages.put(name, counts.visible() + counts.inFlight());
    }
    return messages;
  }

  Stored stored() {
    return await(Stored.read(system, store), READ_TIMEOUT);
  }

  /** What {@code argus doctor --ledger} says of S3. */
  LedgerCount audit() {
    return await(new LedgerAudit(system, store, Clock.systemUTC()).count(), READ_TIMEOUT);
  }

  @Override
  public void close() {
    queues.close();
    system.terminate();
    await(system.getWhenTerminated(), CALL_TIMEOUT);
    clients.close();
  }

  private static <T> T await(CompletionStage<T> stage, Duration limit) {
    return stage.toCompletableFuture().orTimeout(limit.toMillis(), TimeUnit.MILLISECONDS).join();
  }
}
