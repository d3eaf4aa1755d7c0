package dev.argus.web;

import dev.argus.batch.Batch;
import dev.argus.batch.BatchFeed;
import dev.argus.batch.BatchReply;
import dev.argus.batch.Batches;
import dev.argus.protocol.BatchId;
import dev.argus.protocol.ClassifyReply;
import dev.argus.protocol.PhotoException;
import dev.argus.protocol.PhotoId;
import dev.argus.protocol.Problem;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The photos that come to one batch, as their sender sees it. Safe for use by many threads. */
final class BatchUpload {
  private static final Logger LOG = LoggerFactory.getLogger(BatchUpload.class);

  /** A batch answers as soon as its manifest is written, or cannot be: a few calls to S3. */
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private final ActorSystem<?> system;
  private final BatchId id;
  private final ActorRef<Batch.Command> batch;
  private final CompletableFuture<Done> cancelled;
  private final Map<Integer, CompletableFuture<Done>> coming = new ConcurrentHashMap<>();

  private BatchUpload(
      ActorSystem<?> system,
      BatchId id,
      ActorRef<Batch.Command> batch,
      CompletableFuture<Done> cancelled) {
    this.system = system;
    this.id = id;
    this.batch = batch;
    this.cancelled = cancelled;
  }

  /** Begins a batch; fails with {@link PhotoException} if there are too many. */
  static CompletionStage<BatchUpload> open(
      ActorSystem<?> system, ActorRef<Batches.Command> batches) {
    BatchId id = BatchId.random();
    CompletableFuture<Done> cancelled = new CompletableFuture<>();
    return AskPattern.<Batches.Command, Batches.Opened>ask(
            batches,
            replyTo -> new Batches.Open(id, () -> cancelled.complete(Done.getInstance()), replyTo),
            PATIENCE,
            system.scheduler())
        .thenApply(
            opened ->
                opened
                    .batch()
                    .map(batch -> new BatchUpload(system, id, batch, cancelled))
                    .orElseThrow(
                        () ->
                            new PhotoException(
                                Problem.Kind.OVERLOADED.because(
                                    "As many batches are under way as Argus takes at once. Send"
                                        + " it again later, or photo by photo."))));
  }

  /** Photos of a batch that are asked for again. */
  static BatchUpload again(ActorSystem<?> system, BatchReply.Again again) {
    return new BatchUpload(system, again.view().id(), again.batch(), new CompletableFuture<>());
  }

  BatchId id() {
    return id;
  }

  /** Completes if somebody cancels it while its photos still come. */
  CompletionStage<Done> cancelled() {
    return cancelled;
  }

  /**
   * For a photo that is here: the batch is not all received until the photo is entered or settled.
   *
   * @param bytes where they lie, if the photo was accepted before
   */
  PhotoTicket ticket(int index, Optional<PhotoId> bytes) {
    CompletableFuture<Done> known = new CompletableFuture<>();
    coming.put(index, known);
    return (name, photo) ->
        enter(index, name, photo, bytes)
            .whenComplete((entered, failure) -> known.complete(Done.getInstance()));
  }

  private CompletionStage<Optional<Problem>> enter(
      int index, String name, PhotoId photo, Optional<PhotoId> bytes) {
    return AskPattern.<Batch.Command, BatchFeed.Entered>ask(
            batch,
            replyTo -> new BatchFeed.Enter(index, name, photo, bytes, replyTo),
            PATIENCE,
            system.scheduler())
        .thenApply(BatchFeed.Entered::refused)
        .exceptionally(
            failure -> {
              LOG.warn("{} is not entered into batch {}: {}", photo, id, failure.toString());
              return Optional.of(
                  Problem.Kind.UNAVAILABLE.because(
                      "The batch does not answer, so the photo was not accepted. Send it again"
                          + " later."));
            });
  }

  /** What became of a photo. */
  void settled(int index, String name, Outcome outcome) {
    Optional<ClassifyReply> reply =
        outcome instanceof Outcome.Answered answered
            ? Optional.of(answered.reply())
            : Optional.empty();
    Optional<Problem> refused =
        outcome instanceof Outcome.Refused why ? Optional.of(why.problem()) : Optional.empty();
    batch.tell(new BatchFeed.Settled(index, name, reply, refused));
    CompletableFuture<Done> known = coming.remove(index);
    if (known != null) {
      known.complete(Done.getInstance());
    }
  }

  /** No more photos come. The batch is told so when it knows of all that are here. */
  void received() {
    CompletableFuture.allOf(coming.values().toArray(CompletableFuture<?>[]::new))
        .thenRun(() -> batch.tell(BatchFeed.Received.INSTANCE));
  }
}
