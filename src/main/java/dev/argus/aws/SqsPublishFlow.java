package dev.argus.aws;

import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.ClassicActorSystemProvider;
import org.apache.pekko.stream.javadsl.Flow;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;

/**
 * Sends messages in batches, and says of each what became of it; never fails.
 *
 * <p>A message that meets an idle flow goes at once, alone, unless it is patient; see {@link
 * SqsBatching}. What comes while {@link SqsPublishSettings#parallelism} calls are under way gathers
 * into batches of up to 10 messages and 1 MiB. Results come in the order of completion.
 */
public final class SqsPublishFlow {
  private SqsPublishFlow() {}

  /** A flow to the queue of that name. */
  public static <C> Flow<SqsMessage<C>, SqsPublishResult<C>, NotUsed> create(
      String queue,
      SqsPublishSettings settings,
      SqsAsyncClient client,
      ClassicActorSystemProvider system) {
    return create(new QueueUrl(queue, client), settings, client, system);
  }

  static <C> Flow<SqsMessage<C>, SqsPublishResult<C>, NotUsed> create(
      QueueUrl queue,
      SqsPublishSettings settings,
      SqsAsyncClient client,
      ClassicActorSystemProvider system) {
    SqsSender sender = new SqsSender(queue, settings.retry(), client, system);
    return Flow.<SqsMessage<C>>create()
        .via(new SqsBatching<C>(settings.linger()))
        .mapAsyncUnordered(settings.parallelism(), sender::send)
        .mapConcat(results -> results);
  }
}
