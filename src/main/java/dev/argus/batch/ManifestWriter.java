package dev.argus.batch;

import dev.argus.batch.Batch.Command;
import dev.argus.batch.BatchFeed.Enter;
import dev.argus.batch.BatchFeed.Entered;
import dev.argus.batch.Manifest.Entry;
import dev.argus.protocol.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.ActorContext;

/**
 * Writes down what becomes of one batch, and answers those who wait for that. It calls the {@link
 * ManifestFile} once at a time: all that comes while a call is under way is in the next write.
 */
final class ManifestWriter {
  private final ActorContext<Command> context;
  private final ManifestFile file;
  private final Progress progress;
  private final List<Enter> entering = new ArrayList<>();
  private final List<UnaryOperator<Manifest>> changes = new ArrayList<>();
  private final List<ActorRef<BatchReply>> cancelling = new ArrayList<>();
  private boolean busy;

  /**
   * @param context of the batch, which is sent what comes of each call
   */
  ManifestWriter(ActorContext<Command> context, ManifestFile file, Progress progress) {
    this.context = context;
    this.file = file;
    this.progress = progress;
  }

  /** One write. */
  record Write(List<Enter> entered, List<UnaryOperator<Manifest>> changes) {
    Manifest applyTo(Manifest manifest) {
      Manifest after = manifest.with(entered.stream().map(Enter::entry).toList());
      for (UnaryOperator<Manifest> change : changes) {
        after = change.apply(after);
      }
      return after;
    }
  }

  /** What was read; empty if there is none, or it cannot be read. */
  record Read(Optional<Manifest> manifest, Throwable failure) implements Command {
    static Read of(Optional<Manifest> found, Throwable failure) {
      return new Read(failure == null ? found : Optional.empty(), failure);
    }
  }

  /** A write is done. */
  record Saved(Write write, Manifest manifest) implements Command {}

  /** A write has failed; it may have been done. */
  record NotSaved(Write write, Throwable failure) implements Command {}

  /** Whether nothing is to be written, nor a call under way. */
  boolean isIdle() {
    return !busy && entering.isEmpty() && changes.isEmpty();
  }

  /** Another web node may cancel it, ask again for photos, or still receive some. */
  boolean mayBeChangedElsewhere() {
    return !progress.isFed() && isIdle();
  }

  /** Reads what is there now; only while it is idle. */
  void read() {
    busy = true;
    context.pipeToSelf(file.read(), Read::of);
  }

  void enter(Enter photo) {
    entering.add(photo);
    write();
  }

  /** Cancels it, but for the photos of these indices: they are answered. */
  void cancel(Set<Integer> answered, ActorRef<BatchReply> replyTo) {
    cancelling.add(replyTo);
    change(manifest -> manifest.cancel(answered));
  }

  void change(UnaryOperator<Manifest> change) {
    changes.add(change);
    write();
  }

  /** Writes what there is, unless a call is under way. */
  void write() {
    if (busy || isIdle()) {
      return;
    }
    busy = true;
    Write write = new Write(List.copyOf(entering), List.copyOf(changes));
    entering.clear();
    changes.clear();
    context.pipeToSelf(
        file.change(write::applyTo),
        (manifest, failure) ->
            failure == null ? new Saved(write, manifest) : new NotSaved(write, failure));
  }

  /** The file has been read. */
  void read(Read read) {
    busy = false;
    if (mayBeChangedElsewhere()) {
      read.manifest().ifPresent(progress::take);
    }
    write();
  }

  /** Photos are entered now, and may be stored. */
  void saved(Saved saved) {
    busy = false;
    if (saved.manifest().cancelled()) {
      changes.clear(); // a cancelled batch takes none
      progress.take(saved.manifest());
    }
    if (progress.isCancelled()) {
      answer(saved.write(), Optional.of(Manifest.cancelledProblem()));
      answerCancelling(new BatchReply.Shown(progress.view()));
    } else {
      saved.write().entered().forEach(enter -> progress.enter(enter.entry()));
      answer(saved.write(), Optional.empty());
    }
    write();
  }

  /** What is not entered is not stored; all else is in the next write. */
  void notSaved(NotSaved failed) {
    busy = false;
    Problem why =
        Problem.Kind.UNAVAILABLE.because(
            "The batch could not be written down, so the photo was not accepted. Send it again"
                + " later.");
    List<Entry> refused =
        failed.write().entered().stream()
            .map(enter -> progress.refuse(enter.entry(), why))
            .toList();
    changes.addAll(0, failed.write().changes());
    changes.add(manifest -> manifest.with(refused));
    answer(failed.write(), Optional.of(why));
    answerCancelling(BatchReply.unavailable("The batch cannot be cancelled now. Ask again."));
  }

  private static void answer(Write write, Optional<Problem> refused) {
    write.entered().forEach(enter -> enter.replyTo().tell(new Entered(refused)));
  }

  private void answerCancelling(BatchReply reply) {
    cancelling.forEach(replyTo -> replyTo.tell(reply));
    cancelling.clear();
  }
}
