package dev.argus.web;

import dev.argus.batch.BatchPhoto;
import dev.argus.batch.BatchQuestion;
import dev.argus.batch.BatchReply;
import dev.argus.batch.IndexSet;
import dev.argus.config.BatchSettings;
import dev.argus.protocol.BatchId;
import dev.argus.protocol.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;

/**
 * Tells clients of a batch's photos as each is done, at most {@code argus.web.max-streams} of them.
 *
 * <p>A stream asks its batch for what is new whenever its client has read what there was. So a
 * client that stops reading holds nothing but its connection.
 */
final class BatchStreams {
  private final BatchAsk batches;
  private final BatchSettings settings;
  private final WebMetrics metrics;
  private final Semaphore places;

  /**
   * @param batches waits longer than a batch takes to say that there is no news
   */
  BatchStreams(BatchAsk batches, BatchSettings settings, WebMetrics metrics) {
    this.batches = batches;
    this.settings = settings;
    this.metrics = metrics;
    this.places = new Semaphore(settings.maxStreams());
    metrics.watchStreams("photos", () -> settings.maxStreams() - places.availablePermits());
  }

  /** The right to one stream; to be given back once, by the stream or without one. */
  final class Place implements AutoCloseable {
    private final AtomicBoolean closed = new AtomicBoolean();

    private Place() {}

    @Override
    public void close() {
      if (closed.compareAndSet(false, true)) {
        places.release();
      }
    }
  }

  /** A place for one stream; empty if there are as many as may be. */
  Optional<Place> enter() {
    if (!places.tryAcquire()) {
      metrics.refused(Refusal.Reason.STREAMS);
      return Optional.empty();
    }
    return Optional.of(new Place());
  }

  /** What a client is told for whom there is no place. */
  static Refusal noPlace() {
    return new Refusal(
        Refusal.Reason.STREAMS,
        Problem.Kind.OVERLOADED.because(
            "As many clients are told of their photos one by one as Argus can tell. Ask for JSON,"
                + " or come again later."));
  }

  private record Told(IndexSet photos, boolean all) {}

  /**
   * A response that tells of every photo but some, and ends when all are told. It gives the place
   * back, as does a client that is gone before.
   *
   * @param known the photos that the client knows already
   */
  HttpResponse response(
      BatchId id, IndexSet known, ResultView view, StreamForm form, Place place, Client client) {
    client.gone().thenRun(place::close);
    Source<ByteString, ?> body =
        Source.unfoldAsync(new Told(known, false), told -> next(id, told, view, form))
            .mapConcat(news -> news)
            .keepAlive(settings.heartbeat(), form::heartbeat)
            .watchTermination(
                (used, end) -> {
                  end.whenComplete((done, failure) -> place.close());
                  return used;
                });
    return HttpResponse.create()
        .addHeader(RawHeader.create("Cache-Control", "no-cache"))
        .withEntity(HttpEntities.createChunked(form.contentType(), body));
  }

  private CompletionStage<Optional<Pair<Told, List<ByteString>>>> next(
      BatchId id, Told told, ResultView view, StreamForm form) {
    if (told.all()) {
      return CompletableFuture.completedFuture(Optional.empty());
    }
    return batches
        .ask(id, replyTo -> new BatchQuestion.Next(told.photos(), replyTo))
        .thenApply(
            reply ->
                reply instanceof BatchReply.Events events
                    ? Optional.of(news(id, told.photos(), events, view, form))
                    : brokenOff(id, reply, form));
  }

  /**
   * Who is not told of the end comes back. Lines have no word for the end: only a body that is cut
   * tells its client that some are missing.
   */
  private static <T> Optional<T> brokenOff(BatchId id, BatchReply reply, StreamForm form) {
    if (form.tellsOfTheEnd()) {
      return Optional.empty();
    }
    throw new IllegalStateException(
        "batch " + id + " is told no further: " + ((BatchReply.Refused) reply).problem().detail());
  }

  private static Pair<Told, List<ByteString>> news(
      BatchId id, IndexSet before, BatchReply.Events events, ResultView view, StreamForm form) {
    IndexSet told = before;
    List<ByteString> news = new ArrayList<>();
    for (BatchPhoto photo : events.photos()) {
      told = told.with(photo.index());
      news.add(form.photo(BatchJson.photo(id, photo, view), told.toString()));
    }
    events.end().ifPresent(counts -> news.add(form.end(BatchJson.counts(counts))));
    return Pair.create(new Told(told, events.end().isPresent()), news);
  }
}
