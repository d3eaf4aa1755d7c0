package dev.argus.batch;

import org.apache.pekko.actor.typed.ActorRef;

/** What clients ask a batch; each has one {@link BatchReply}. */
public sealed interface BatchQuestion extends Batch.Command {
  ActorRef<BatchReply> replyTo();

  /**
   * How it stands: a {@link BatchReply.Shown}.
   *
   * @param look whether results are looked for before, unless they were not long ago
   */
  record Show(boolean look, ActorRef<BatchReply> replyTo) implements BatchQuestion {}

  /**
   * Photos that are finished and not among those: {@link BatchReply.Events}, at once or when there
   * are.
   */
  record Next(IndexSet told, ActorRef<BatchReply> replyTo) implements BatchQuestion {}

  /**
   * Take nothing more, and discard the answers that are still to come: a {@link BatchReply.Shown}.
   */
  record Cancel(ActorRef<BatchReply> replyTo) implements BatchQuestion {}

  /**
   * The failed photos are to be asked for again: {@link BatchReply.Again}, as far as it is known
   * which these are, so ask it to {@link Show} before.
   */
  record Retry(ActorRef<BatchReply> replyTo) implements BatchQuestion {}
}
