package dev.argus.chaos;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/**
 * The load: so many clients at once, each of which sends its next photo when its last one is
 * answered. A closed loop, so it eases off while the system is hurt.
 */
final class Offer implements AutoCloseable {
  private final Shots shots;
  private final Client client;
  private final int photos;
  private final CountDownLatch enough;
  private final AtomicInteger taken = new AtomicInteger();
  private final ConcurrentLinkedQueue<Sighting> sightings = new ConcurrentLinkedQueue<>();
  private final AtomicInteger done = new AtomicInteger();
  private final ExecutorService threads;
  private final CompletableFuture<Void> all;

  /** Starts all clients. */
  Offer(Shots shots, Client client, int photos, int concurrency, CountDownLatch enough) {
    this.shots = shots;
    this.client = client;
    this.photos = photos;
    this.enough = enough;
    this.threads = Executors.newFixedThreadPool(concurrency);
    this.all =
        CompletableFuture.allOf(
            IntStream.range(0, concurrency)
                .mapToObj(i -> CompletableFuture.runAsync(this::sendPhotos, threads))
                .toArray(CompletableFuture[]::new));
  }

  /** Done when every photo is answered or given up. */
  CompletableFuture<Void> all() {
    return all;
  }

  /** Photos whose clients are done with them. */
  int done() {
    return done.get();
  }

  /** Whether every photo has at least been begun with. */
  boolean allTaken() {
    return taken.get() >= photos;
  }

  /** What all clients saw, once they are done. */
  List<Sighting> sightings() {
    return List.copyOf(sightings);
  }

  /** Every client gives up what is not answered. */
  void giveUp() {
    enough.countDown();
  }

  @Override
  public void close() {
    giveUp();
    threads.shutdownNow();
  }

  private void sendPhotos() {
    try {
      for (int n = taken.getAndIncrement(); n < photos; n = taken.getAndIncrement()) {
        sightings.add(client.send(shots.get(n)));
        done.incrementAndGet();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
