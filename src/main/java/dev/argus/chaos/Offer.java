package dev.argus.chaos;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/**
 * The load: so many clients at once, each of which sends its next photo when its last one is
 * answered. A closed loop, so it eases off while the system is hurt; it keeps to a {@link Pace}
 * until it is told to hurry.
 */
final class Offer implements AutoCloseable {
  private final Shots shots;
  private final Client client;
  private final int photos;
  private final Pace pace;
  private final long begin = System.nanoTime();
  private final CountDownLatch hurry = new CountDownLatch(1);
  private final AtomicInteger taken = new AtomicInteger();
  private final AtomicInteger begun = new AtomicInteger();
  private final ConcurrentLinkedQueue<Sighting> sightings = new ConcurrentLinkedQueue<>();
  private final AtomicInteger done = new AtomicInteger();
  private final ExecutorService threads;
  private final CompletableFuture<Void> all;

  /** Starts all clients. */
  Offer(Shots shots, Client client, Pace pace, int concurrency) {
    this.shots = shots;
    this.client = client;
    this.pace = pace;
    this.photos = pace.photos();
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
  boolean allBegun() {
    return begun.get() >= photos;
  }

  /** From now on photos are sent as fast as they are answered. */
  void hurry() {
    hurry.countDown();
  }

  /** What all clients saw, once they are done. */
  List<Sighting> sightings() {
    return List.copyOf(sightings);
  }

  /** Every client gives up what is not answered. */
  void giveUp() {
    client.giveUp();
    hurry();
  }

  @Override
  public void close() {
    giveUp();
    threads.shutdownNow();
  }

  private void sendPhotos() {
    try {
      for (int n = taken.getAndIncrement(); n < photos; n = taken.getAndIncrement()) {
        long wait = pace.earliest(n).toNanos() - (System.nanoTime() - begin);
        hurry.await(wait, TimeUnit.NANOSECONDS);
        begun.incrementAndGet();
        sightings.add(client.send(shots.get(n)));
        done.incrementAndGet();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
