package dev.argus.aws;

import dev.argus.config.AwsSettings;
import dev.argus.ports.Completions;
import dev.argus.ports.MessageQueue;
import dev.argus.ports.MessageQueues;
import dev.argus.ports.QueueAdmin;
import dev.argus.ports.QueueMissingException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.apache.pekko.actor.ClassicActorSystemProvider;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;

/**
 * The queues of one account, region and endpoint, by name.
 *
 * <p>The same name gives the same queue, so that its senders share calls; of the queues that were
 * used least recently only {@link #MAX_QUEUES} are remembered. A forgotten one still works. Safe
 * for use by many threads.
 */
public final class SqsQueues implements MessageQueues, QueueAdmin, AutoCloseable {
  /** More than there are web nodes, each with a response queue of its own. */
  static final int MAX_QUEUES = 256;

  private final SqsAsyncClient client;
  private final String cluster;
  private final AwsSettings aws;
  private final SqsSourceSettings source;
  private final ClassicActorSystemProvider system;
  private final Map<String, SqsQueue> queues = new LinkedHashMap<>(16, 0.75f, true);

  /**
   * @param cluster what queues are tagged with that are created here
   * @param source how the queues are received from
   */
  public SqsQueues(
      SqsAsyncClient client,
      String cluster,
      AwsSettings aws,
      SqsSourceSettings source,
      ClassicActorSystemProvider system) {
    this.client = client;
    this.cluster = cluster;
    this.aws = aws;
    this.source = source;
    this.system = system;
  }

  @Override
  public synchronized MessageQueue named(String name) {
    SqsQueue queue =
        queues.computeIfAbsent(name, n -> new SqsQueue(n, client, aws, source, system));
    if (queues.size() > MAX_QUEUES) {
      var eldest = queues.entrySet().iterator();
      eldest.next().getValue().close();
      eldest.remove();
    }
    return queue;
  }

  @Override
  public CompletionStage<Done> create(String name) {
    return new QueueSetup(client).createResponseQueue(name, cluster, source.visibilityTimeout());
  }

  @Override
  public CompletionStage<Done> delete(String name) {
    return Failures.plain(
        new QueueUrl(name, client)
            .with(url -> client.deleteQueue(request -> request.queueUrl(url)))
            .thenApply(response -> Done.getInstance())
            .exceptionallyCompose(
                failure ->
                    Completions.cause(failure) instanceof QueueMissingException
                        ? CompletableFuture.completedFuture(Done.getInstance())
                        : CompletableFuture.failedFuture(failure)));
  }

  /** Lets what waits be sent, and forgets all queues. */
  @Override
  public synchronized void close() {
    queues.values().forEach(SqsQueue::close);
    queues.clear();
  }
}
