package dev.argus.web;

import dev.argus.batch.Batch;
import dev.argus.batch.Batches;
import dev.argus.callback.Subject;
import dev.argus.ports.Completions;
import dev.argus.protocol.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;

/**
 * The photos of one request: lets each in when there is room, and hands it to {@link
 * PhotoSubmitter}.
 *
 * <p>Several are a batch, and so is one whose client is told line by line. While a second may come
 * the first is kept, for if it does the batch must know of both before they are stored.
 *
 * <p>Photos come one at a time, while the request's end may come from any thread.
 */
final class Intake {
  /** What uploads share. */
  record Dependencies(
      ActorSystem<?> system,
      ActorRef<Batches.Command> batches,
      Room room,
      CallbackRequests callbacks,
      PhotoSubmitter submitter,
      int batchWindow,
      WebMetrics metrics) {}

  /** A photo whose bytes are here. */
  private record Arrived(
      String field, String name, int index, BodyCollector body, Admission.Permit permit)
      implements Taken {}

  /** One that is not taken, and why. */
  private record Turned(String field, String name, int index, Outcome outcome) implements Taken {}

  private sealed interface Taken {
    String field();

    String name();

    int index();
  }

  private final Dependencies deps;
  private final UploadRequest upload;
  private final long atMost;
  private final boolean streams;
  private final Window window;
  private final CompletableFuture<Optional<BatchUpload>> batch = new CompletableFuture<>();
  private final List<TakenPhoto> photos = new ArrayList<>();
  private Optional<Admission.Permit> first;
  private Optional<Taken> held = Optional.empty();
  private Optional<CompletionStage<BatchUpload>> opening = Optional.empty();
  private int places;
  private boolean closed;

  /**
   * @param first the permit that the request was let in with, for its first photo
   * @param atMost bytes that one of its photos can have
   * @param streams whether even one photo is a batch
   */
  Intake(
      Dependencies deps,
      UploadRequest upload,
      Admission.Permit first,
      long atMost,
      boolean streams) {
    this.deps = deps;
    this.upload = upload;
    this.first = Optional.of(first);
    this.atMost = atMost;
    this.streams = streams;
    this.window = new Window(deps.batchWindow());
  }

  /** Done with the batch when it is made; empty if the request ends without one. Never fails. */
  CompletionStage<Optional<BatchUpload>> batch() {
    return batch;
  }

  /** The place of the next photo, from 0. */
  synchronized int nextPlace() {
    return places++;
  }

  /** Takes no more; what comes later comes too late. */
  synchronized boolean isClosed() {
    return closed;
  }

  /**
   * A permit for the photo at this place, at once for the first; or why it gets none. Of a batch it
   * waits for room.
   */
  CompletionStage<Verdict> room() {
    Optional<Admission.Permit> permit = takeFirst();
    if (permit.isPresent()) {
      return CompletableFuture.completedFuture(permit.get());
    }
    return open()
        .thenCompose(opened -> window.take())
        .thenCompose(place -> deps.room().await(upload.principal(), atMost, this::isClosed))
        .thenApply(
            verdict -> {
              if (verdict instanceof Refusal) {
                window.release();
              }
              return verdict;
            });
  }

  private synchronized Optional<Admission.Permit> takeFirst() {
    Optional<Admission.Permit> permit = first;
    first = Optional.empty();
    if (permit.isPresent()) {
      window.take();
    }
    return permit;
  }

  /** The batch; made now, if it is not, and then the photo that was kept goes first. */
  private synchronized CompletionStage<BatchUpload> open() {
    if (opening.isEmpty()) {
      opening =
          Optional.of(
              BatchUpload.open(deps.system(), deps.batches())
                  .thenCompose(this::withCallback)
                  .thenApply(
                      opened -> {
                        opened.cancelled().thenRun(this::close);
                        batch.complete(Optional.of(opened));
                        takeHeld().ifPresent(kept -> take(kept, Optional.of(opened)));
                        return opened;
                      }));
    }
    return opening.get();
  }

  /** Owed before any photo of the batch is accepted. */
  private CompletionStage<BatchUpload> withCallback(BatchUpload opened) {
    return upload
        .callback()
        .map(
            url ->
                deps.callbacks()
                    .register(Subject.batch(opened.id().toString()), url)
                    .whenComplete(
                        (registered, failure) -> {
                          if (failure != null) {
                            opened.received(); // an empty batch, that nobody knows of
                          }
                        })
                    .thenApply(registered -> opened))
        .orElseGet(() -> CompletableFuture.completedFuture(opened));
  }

  private synchronized Optional<Taken> takeHeld() {
    Optional<Taken> kept = held;
    held = Optional.empty();
    return kept;
  }

  private synchronized void close() {
    closed = true;
  }

  /** A photo's bytes are here; done when it is on its way, or kept. */
  CompletionStage<Done> arrived(
      String field, String name, int index, BodyCollector body, Admission.Permit permit) {
    return take(new Arrived(field, name, index, body, permit));
  }

  /** A photo was read past; done when that is noted. */
  CompletionStage<Done> turned(String field, String name, int index, Outcome outcome) {
    return take(new Turned(field, name, index, outcome));
  }

  private CompletionStage<Done> take(Taken photo) {
    synchronized (this) {
      if (closed) {
        giveBack(photo);
        return CompletableFuture.completedFuture(Done.getInstance());
      }
      if (!streams && photo.index() == 0) {
        held = Optional.of(photo);
        return CompletableFuture.completedFuture(Done.getInstance());
      }
    }
    return open()
        .whenComplete(
            (opened, failure) -> {
              if (failure != null) {
                giveBack(photo);
              }
            })
        .thenApply(
            opened -> {
              take(photo, Optional.of(opened));
              return Done.getInstance();
            });
  }

  private static void giveBack(Taken photo) {
    if (photo instanceof Arrived arrived) {
      arrived.permit().close();
    }
  }

  private void take(Taken photo, Optional<BatchUpload> of) {
    synchronized (this) {
      if (closed && photo.index() > 0) {
        giveBack(photo);
        return;
      }
    }
    // What waits for the outcome must not hold the photo's bytes, nor this.
    WebMetrics metrics = deps.metrics();
    int index = photo.index();
    String name = photo.name();
    CompletionStage<Outcome> outcome =
        photo instanceof Arrived arrived
            ? submit(arrived, of)
            : CompletableFuture.completedFuture(((Turned) photo).outcome());
    outcome.thenAccept(metrics::photoRefused);
    of.ifPresent(
        to ->
            outcome.whenComplete(
                (done, failure) ->
                    to.settled(index, name, failure == null ? done : failed(failure))));
    TakenPhoto taken =
        new TakenPhoto(photo.field(), name, of.map(to -> orCancelled(outcome, to)).orElse(outcome));
    synchronized (this) {
      photos.add(taken);
    }
  }

  private CompletionStage<Outcome> submit(Arrived photo, Optional<BatchUpload> of) {
    int index = photo.index();
    Admission.Permit permit = photo.permit();
    Window place = window;
    UploadRequest request = of.isPresent() ? upload.withoutCallback() : upload;
    PhotoTicket ticket =
        of.map(to -> to.ticket(index, Optional.empty())).orElseGet(PhotoTicket::none);
    return Completions.attempt(
            () ->
                deps.submitter().submit(photo.name(), index, photo.body(), permit, request, ticket))
        .whenComplete(
            (outcome, failure) -> {
              if (failure != null) {
                permit.close();
              }
              place.release();
            });
  }

  static Outcome failed(Throwable failure) {
    return new Outcome.Refused(
        Problem.Kind.INTERNAL.because("Nothing is known of it: " + failure.getMessage()));
  }

  private static CompletionStage<Outcome> orCancelled(
      CompletionStage<Outcome> outcome, BatchUpload of) {
    return outcome.applyToEither(
        of.cancelled().thenApply(done -> new Outcome.Refused(Batch.cancelledProblem())),
        first -> first);
  }

  /**
   * The request has ended: all photos that were taken. What was read before a failure is accepted,
   * and its client must learn of it; the failure then stands for what was not read. Without any
   * photo the request as a whole has failed.
   *
   * @param failure null if it was read to its end
   */
  CompletionStage<List<TakenPhoto>> end(Throwable failure) {
    close();
    takeFirst().ifPresent(Admission.Permit::close);
    boolean several;
    synchronized (this) {
      several = opening.isPresent() || held.isPresent() && failure != null;
    }
    if (!several) {
      batch.complete(Optional.empty());
      if (failure != null) {
        return CompletableFuture.failedFuture(failure);
      }
      takeHeld().ifPresent(alone -> take(alone, Optional.empty()));
      return CompletableFuture.completedFuture(photos());
    }
    return open()
        .whenComplete(
            (opened, unopened) -> {
              batch.complete(Optional.empty()); // unless there is one
              takeHeld().ifPresent(Intake::giveBack);
            })
        .thenApply(
            opened -> {
              if (failure != null) {
                rest(opened, failure);
              }
              opened.received();
              List<TakenPhoto> all = photos();
              deps.metrics().batchReceived(all.size());
              return all;
            });
  }

  private void rest(BatchUpload of, Throwable failure) {
    Problem problem =
        Problem.Kind.BAD_REQUEST.because("The rest cannot be read: " + failure.getMessage());
    Outcome outcome = new Outcome.Refused(problem);
    of.settled(nextPlace(), "", outcome);
    synchronized (this) {
      photos.add(new TakenPhoto("", "", CompletableFuture.completedFuture(outcome)));
    }
  }

  private synchronized List<TakenPhoto> photos() {
    return List.copyOf(photos);
  }
}
