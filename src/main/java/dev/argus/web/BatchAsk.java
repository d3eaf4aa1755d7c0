package dev.argus.web;

import dev.argus.batch.BatchQuestion;
import dev.argus.batch.BatchReply;
import dev.argus.batch.Batches;
import dev.argus.protocol.BatchId;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.AskPattern;

/** Asks the batches of this web node. */
final class BatchAsk {
  private final ActorSystem<?> system;
  private final ActorRef<Batches.Command> batches;
  private final Duration patience;

  /**
   * @param patience for a batch's reply
   */
  BatchAsk(ActorSystem<?> system, ActorRef<Batches.Command> batches, Duration patience) {
    this.system = system;
    this.batches = batches;
    this.patience = patience;
  }

  /** What the batch says; fails if it says nothing in time. */
  CompletionStage<BatchReply> ask(
      BatchId id, Function<ActorRef<BatchReply>, BatchQuestion> question) {
    return AskPattern.ask(
        batches,
        replyTo -> new Batches.Ask(id, question.apply(replyTo)),
        patience,
        system.scheduler());
  }

  /** How it stands, after a look for results. */
  CompletionStage<BatchReply> show(BatchId id) {
    return ask(id, replyTo -> new BatchQuestion.Show(true, replyTo));
  }
}
