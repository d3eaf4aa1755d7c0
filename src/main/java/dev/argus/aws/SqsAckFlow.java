package dev.argus.aws;

import dev.argus.ports.Acknowledgement;
import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.ClassicActorSystemProvider;
import org.apache.pekko.stream.FlowShape;
import org.apache.pekko.stream.UniformFanInShape;
import org.apache.pekko.stream.UniformFanOutShape;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.GraphDSL;
import org.apache.pekko.stream.javadsl.Merge;
import org.apache.pekko.stream.javadsl.Partition;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;

/**
 * Acts on acknowledgements in batches of one kind, and passes each on when it has been acted on;
 * never fails.
 *
 * <p>Deletes linger for a moment so that up to 10 share a call. A change of visibility that meets
 * an idle flow goes at once, alone, and what comes while a call is under way gathers. They come out
 * in the order of completion.
 */
public final class SqsAckFlow {
  private static final int DELETE = 0;
  private static final int CHANGE_VISIBILITY = 1;
  private static final int IGNORE = 2;
  private static final int KINDS = 3;

  private SqsAckFlow() {}

  /** A flow for messages of the queue of that name. */
  public static Flow<Acknowledgement, Acknowledgement, NotUsed> create(
      String queue,
      SqsAckSettings settings,
      SqsAsyncClient client,
      ClassicActorSystemProvider system) {
    return create(new QueueUrl(queue, client), settings, client, system);
  }

  static Flow<Acknowledgement, Acknowledgement, NotUsed> create(
      QueueUrl queue,
      SqsAckSettings settings,
      SqsAsyncClient client,
      ClassicActorSystemProvider system) {
    SqsAcker acker = new SqsAcker(queue, settings.retry(), client, system);
    Flow<Acknowledgement, Acknowledgement, NotUsed> deletes =
        Flow.of(Acknowledgement.class)
            .groupedWithin(SqsSourceSettings.MAX_BATCH, settings.deleteLinger())
            .mapAsyncUnordered(settings.deleteParallelism(), acker::delete)
            .mapConcat(acks -> acks);
    Flow<Acknowledgement, Acknowledgement, NotUsed> changes =
        batches().mapAsync(1, acker::changeVisibility).mapConcat(acks -> acks);
    return Flow.fromGraph(
        GraphDSL.create(
            b -> {
              UniformFanOutShape<Acknowledgement, Acknowledgement> byKind =
                  b.add(Partition.create(Acknowledgement.class, KINDS, SqsAckFlow::kind));
              UniformFanInShape<Acknowledgement, Acknowledgement> all = b.add(Merge.create(KINDS));
              b.from(byKind.out(DELETE)).via(b.add(deletes)).toInlet(all.in(DELETE));
              b.from(byKind.out(CHANGE_VISIBILITY))
                  .via(b.add(changes))
                  .toInlet(all.in(CHANGE_VISIBILITY));
              b.from(byKind.out(IGNORE)).toInlet(all.in(IGNORE));
              return FlowShape.of(byKind.in(), all.out());
            }));
  }

  private static Flow<Acknowledgement, List<Acknowledgement>, NotUsed> batches() {
    return Flow.of(Acknowledgement.class)
        .batch(
            SqsSourceSettings.MAX_BATCH,
            first -> new ArrayList<>(List.of(first)),
            (batch, next) -> {
              batch.add(next);
              return batch;
            });
  }

  private static int kind(Acknowledgement ack) {
    if (ack instanceof Acknowledgement.Delete) {
      return DELETE;
    }
    return ack instanceof Acknowledgement.ChangeVisibility ? CHANGE_VISIBILITY : IGNORE;
  }
}
