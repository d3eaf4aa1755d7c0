package dev.argus.batch;

import dev.argus.batch.Batch.Command;
import dev.argus.protocol.BatchId;
import dev.argus.protocol.Problem;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.StashBuffer;

/** Reads the manifest of a batch that somebody asks for, and becomes the {@link Batch}. */
final class BatchReader {
  private static final int MAX_STASHED = 1000;

  private BatchReader() {}

  /** A batch of which this web node knows nothing yet. */
  static Behavior<Command> create(
      BatchId id, Batch.Surroundings deps, ActorRef<Batches.Command> manager) {
    ManifestFile file = new ManifestFile(deps.store(), id, Optional.empty());
    return Behaviors.withStash(
        MAX_STASHED,
        stash ->
            Behaviors.setup(
                context -> {
                  context.pipeToSelf(file.read(), ManifestWriter.Read::of);
                  return Behaviors.receive(Command.class)
                      .onMessage(
                          ManifestWriter.Read.class,
                          read ->
                              stash.unstashAll(
                                  read.manifest()
                                      .map(found -> Batch.known(found, file, deps, manager))
                                      .orElseGet(
                                          () -> {
                                            manager.tell(new Batches.Idle(id, context.getSelf()));
                                            return answering(refusal(id, read.failure()));
                                          })))
                      .onMessage(BatchQuestion.class, question -> stash(stash, question))
                      .onMessageEquals(Batch.Signal.CLOSE, Behaviors::stopped)
                      .onAnyMessage(any -> Behaviors.same())
                      .build();
                }));
  }

  private static Behavior<Command> stash(StashBuffer<Command> stash, BatchQuestion question) {
    if (stash.isFull()) {
      question.replyTo().tell(BatchReply.unavailable("Too many ask for this batch. Ask again."));
    } else {
      stash.stash(question);
    }
    return Behaviors.same();
  }

  private static BatchReply refusal(BatchId id, Throwable failure) {
    return failure == null
        ? new BatchReply.Refused(
            Problem.Kind.NOT_FOUND.because(
                "No batch with the id " + id + " was sent here, or its time is over."))
        : BatchReply.unavailable("The batch cannot be looked up now. Ask again later.");
  }

  private static Behavior<Command> answering(BatchReply reply) {
    return Behaviors.receive(Command.class)
        .onMessage(
            BatchQuestion.class,
            question -> {
              question.replyTo().tell(reply);
              return Behaviors.same();
            })
        .onMessageEquals(Batch.Signal.CLOSE, Behaviors::stopped)
        .onAnyMessage(any -> Behaviors.same())
        .build();
  }
}
