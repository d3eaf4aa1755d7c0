package dev.argus.web;

import dev.argus.batch.BatchReply;
import dev.argus.ports.Completions;
import dev.argus.ports.ObjectStore;
import dev.argus.ports.ObjectStore.Bucket;
import dev.argus.ports.ObjectStore.StoredObject;
import dev.argus.protocol.ObjectKeys;
import java.net.InetAddress;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks again for the failed photos of a batch: each is a new photo with the bytes of the old one,
 * and comes in as any other does, a window of them at a time.
 */
final class BatchRetry {
  private static final Logger LOG = LoggerFactory.getLogger(BatchRetry.class);

  private final Intake.Dependencies deps;
  private final ObjectStore store;
  private final long maxPhotoBytes;

  BatchRetry(Intake.Dependencies deps, ObjectStore store, long maxPhotoBytes) {
    this.deps = deps;
    this.store = store;
    this.maxPhotoBytes = maxPhotoBytes;
  }

  /** Begins; nobody waits for it but the batch. */
  void begin(BatchReply.Again again, Principal principal, Optional<String> traceparent) {
    UploadRequest upload =
        new UploadRequest(
            traceparent,
            new Client(InetAddress.getLoopbackAddress(), new CompletableFuture<>()),
            principal,
            Preferences.none(),
            Optional.empty(),
            Optional.empty());
    BatchUpload batch = BatchUpload.again(deps.system(), again);
    Window window = new Window(deps.batchWindow());
    Source.from(again.failed())
        .mapAsync(1, failed -> send(failed, upload, batch, window))
        .runWith(Sink.ignore(), deps.system())
        .whenComplete(
            (done, failure) -> {
              if (failure != null) {
                LOG.warn("batch {} is not asked for again: {}", batch.id(), failure.toString());
              }
              batch.received();
            });
  }

  /** Done when the photo is on its way. One that cannot be sent stays what it is. */
  private CompletionStage<Done> send(
      BatchReply.Failed failed, UploadRequest upload, BatchUpload batch, Window window) {
    return window
        .take()
        .thenCompose(place -> deps.room().await(upload.principal(), maxPhotoBytes, () -> false))
        .thenCompose(
            verdict ->
                verdict instanceof Admission.Permit permit
                    ? fetch(failed, permit)
                        .thenApply(
                            found ->
                                found
                                    .map(
                                        photo ->
                                            submit(failed, photo, permit, upload, batch, window))
                                    .orElse(false))
                    : CompletableFuture.completedFuture(false))
        .thenApply(
            sent -> {
              if (!sent) {
                window.release();
              }
              return Done.getInstance();
            });
  }

  /** The photo's bytes, if they are there; else its permit is given back. */
  private CompletionStage<Optional<StoredObject>> fetch(
      BatchReply.Failed failed, Admission.Permit permit) {
    return store
        .get(Bucket.INPUT, ObjectKeys.photo(failed.bytes()))
        .exceptionally(
            failure -> {
              LOG.warn("{} cannot be fetched: {}", failed.bytes(), failure.toString());
              return Optional.empty();
            })
        .thenApply(
            found -> {
              if (found.isEmpty()) {
                permit.close();
              }
              return found;
            });
  }

  private boolean submit(
      BatchReply.Failed failed,
      StoredObject photo,
      Admission.Permit permit,
      UploadRequest upload,
      BatchUpload batch,
      Window window) {
    int index = failed.index();
    String name = failed.name();
    Completions.attempt(
            () ->
                deps.submitter()
                    .submit(
                        name,
                        index,
                        new BodyCollector(maxPhotoBytes).add(photo.bytes()),
                        permit,
                        upload,
                        batch.ticket(index, Optional.of(failed.bytes()))))
        .exceptionally(
            failure -> {
              permit.close();
              return Intake.failed(failure);
            })
        .thenAccept(
            outcome -> {
              deps.metrics().photoRefused(outcome);
              batch.settled(index, name, outcome);
              window.release();
            });
    return true;
  }
}
