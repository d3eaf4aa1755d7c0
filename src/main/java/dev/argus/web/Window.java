package dev.argus.web;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;

/**
 * How many photos of a batch are on their way to an answer: one more waits until there is room. One
 * at a time waits. Safe for use by many threads.
 */
final class Window {
  private final int size;
  private int taken;
  private Optional<CompletableFuture<Done>> waiting = Optional.empty();

  Window(int size) {
    this.size = size;
  }

  /** Takes a place; done when it has one. */
  synchronized CompletionStage<Done> take() {
    if (taken < size) {
      taken++;
      return CompletableFuture.completedFuture(Done.getInstance());
    }
    CompletableFuture<Done> place = new CompletableFuture<>();
    waiting = Optional.of(place);
    return place;
  }

  /** Gives a place back, or on. */
  void release() {
    Optional<CompletableFuture<Done>> next;
    synchronized (this) {
      next = waiting;
      waiting = Optional.empty();
      taken -= next.isPresent() ? 0 : 1;
    }
    next.ifPresent(place -> place.complete(Done.getInstance()));
  }
}
