package dev.argus.aws;

import dev.argus.ports.Delivery;
import dev.argus.ports.ReceiveGate;
import org.apache.pekko.NotUsed;
import org.apache.pekko.stream.javadsl.Source;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;

/**
 * An endless source of the messages of one queue.
 *
 * <p>It long-polls, batches of up to 10, as the gate and the downstream allow; it rides out
 * failures with back-off, and never completes by itself. See {@link SqsReceiveStage} for what
 * happens to messages when the stream is cancelled.
 */
public final class SqsSource {
  private SqsSource() {}

  /** A source of the queue of that name; each materialization receives by itself. */
  public static Source<Delivery, NotUsed> create(
      String queue, ReceiveGate gate, SqsSourceSettings settings, SqsAsyncClient client) {
    return create(new QueueUrl(queue, client), gate, settings, client);
  }

  static Source<Delivery, NotUsed> create(
      QueueUrl queue, ReceiveGate gate, SqsSourceSettings settings, SqsAsyncClient client) {
    Receiver receiver = new SqsReceiver(queue, settings, client);
    return Source.fromGraph(new SqsReceiveStage(queue.name(), receiver, gate, settings));
  }
}
