package dev.argus.cli;

import dev.argus.aws.AwsClients;
import dev.argus.aws.AwsEnvironment;
import dev.argus.aws.Billing;
import dev.argus.aws.Ec2Fleet;
import dev.argus.aws.MessagesPerCall;
import dev.argus.aws.S3ObjectStore;
import dev.argus.aws.S3Pool;
import dev.argus.aws.SqsQueues;
import dev.argus.aws.SqsSourceSettings;
import dev.argus.aws.UserData;
import dev.argus.config.ArgusSettings;
import dev.argus.ports.BilledRequests;
import dev.argus.ports.Fleet;
import dev.argus.ports.MessageQueue;
import dev.argus.ports.MessageQueues;
import dev.argus.ports.ObjectStore;
import dev.argus.tracing.TracedQueue;
import dev.argus.tracing.Tracing;
import dev.argus.worker.LeaderQueue;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.http.javadsl.Http;

/** One process's actor system and its ports on AWS, which its tiers share. */
final class Ports implements AutoCloseable {
  private static final Duration POOLS_TIMEOUT = Duration.ofSeconds(1);
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(5);

  private final ArgusSettings settings;
  private final Tracing tracing;
  private final ActorSystem<Void> system;
  private final PrometheusMeterRegistry metrics =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final BilledRequests billedRequests = new BilledRequests();
  private final AwsClients clients;
  private final SqsQueues queues;
  private final ObjectStore store;

  Ports(ArgusSettings settings, AwsEnvironment environment) {
    this(settings, environment, Tracing.off());
  }

  Ports(ArgusSettings settings, AwsEnvironment environment, Tracing tracing) {
    this(settings, environment, tracing, settings.web().receiveWait());
  }

  /**
   * @param tracing follows messages through the queues
   * @param receiveWait of a receive without a message
   */
  Ports(ArgusSettings settings, AwsEnvironment environment, Tracing tracing, Duration receiveWait) {
    this.settings = settings;
    this.tracing = tracing;
    this.system =
        ActorSystem.create(
            Behaviors.empty(), "argus", S3Pool.configure(settings.config(), settings.aws()));
    this.clients =
        new AwsClients(
            environment,
            settings.aws(),
            List.of(new Billing(billedRequests), new MessagesPerCall(metrics)));
    this.queues =
        new SqsQueues(
            clients.sqs(),
            settings.names().prefix(),
            settings.aws(),
            SqsSourceSettings.of(
                settings.aws(), receiveWait, settings.worker().visibilityTimeout()),
            system);
    this.store =
        new S3ObjectStore(
            system, environment, settings.aws(), settings.names(), clients::s3, billedRequests);
  }

  ActorSystem<Void> system() {
    return system;
  }

  /** What this process measures; only a web node shows it. */
  PrometheusMeterRegistry metrics() {
    return metrics;
  }

  /** What this process counts of its requests to SQS and S3. */
  BilledRequests billedRequests() {
    return billedRequests;
  }

  AwsClients clients() {
    return clients;
  }

  SqsQueues queues() {
    return queues;
  }

  Tracing tracing() {
    return tracing;
  }

  /** Where replies are sent to. */
  MessageQueues replyQueues() {
    return TracedQueue.of(queues, tracing);
  }

  MessageQueue requests() {
    return replyQueues().named(settings.names().requestQueue());
  }

  MessageQueue responses() {
    return replyQueues().named(settings.names().responseQueue());
  }

  /** Where a node reports to; until a web node leads to the one that launched it. */
  LeaderQueue leaderQueue() {
    return new LeaderQueue(store, queues, responses(), settings.install().releaseSha256());
  }

  MessageQueue deadLetters() {
    return queues.named(settings.names().deadLetterQueue());
  }

  ObjectStore store() {
    return store;
  }

  /**
   * The fleet.
   *
   * @param nodeEnvironment what a launched node's environment says besides what its machine knows
   */
  Fleet fleet(Map<String, String> nodeEnvironment) {
    Path script =
        Path.of(System.getenv().getOrDefault("ARGUS_HOME", ""))
            .resolve(settings.ec2().userDataScript());
    try {
      return new Ec2Fleet(
          clients::ec2,
          settings.names().prefix(),
          settings.names().responseQueue(),
          settings.ec2(),
          UserData.of(nodeEnvironment, script),
          settings.aws(),
          system);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read argus.ec2.user-data-script " + script, e);
    }
  }

  @Override
  public void close() {
    queues.close();
    try {
      // First the connections, or the end of the system is logged as a failure of theirs.
      Http.get(system)
          .shutdownAllConnectionPools()
          .toCompletableFuture()
          .orTimeout(POOLS_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
          .handle((done, failure) -> failure)
          .thenCompose(
              ignored -> {
                system.terminate();
                return system.getWhenTerminated();
              })
          .get(STOP_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      system.log().warn("the actor system did not stop in {}", STOP_TIMEOUT);
    }
    clients.close();
    tracing.close();
  }
}
