package dev.argus.aws;

import dev.argus.config.AwsSettings;
import dev.argus.localaws.Credentials;
import dev.argus.localaws.EmbeddedSqs;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.pekko.actor.ActorSystem;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/** An embedded SQS in memory, a client that counts its calls, and an actor system. */
final class LocalSqs implements AutoCloseable {
  /** One for all, so that a server started again is found under the same path. */
  static final Credentials CREDENTIALS = Credentials.random();

  final EmbeddedSqs server = EmbeddedSqs.start(Optional.empty(), 0, CREDENTIALS);
  final CallCounter calls = new CallCounter();
  final AwsClients clients = TestAws.clients(server.endpoint(), calls);
  final ActorSystem system = TestAws.system(TestAws.settings());

  SqsAsyncClient client() {
    return clients.sqs();
  }

  /** A new queue with a name of its own. */
  String newQueue() {
    String name = "q-" + UUID.randomUUID();
    TestAws.await(
        new QueueSetup(client())
            .ensureQueue(name, Map.of(QueueAttributeName.VISIBILITY_TIMEOUT, "30")));
    return name;
  }

  SqsQueue queue(String name) {
    return queue(name, TestAws.settings());
  }

  SqsQueue queue(String name, AwsSettings settings) {
    return new SqsQueue(name, client(), settings, source(settings), system);
  }

  static SqsSourceSettings source(AwsSettings settings) {
    return SqsSourceSettings.of(settings, Duration.ofSeconds(1), Duration.ofSeconds(30));
  }

  @Override
  public void close() {
    system.terminate();
    clients.close();
    server.close();
  }
}
