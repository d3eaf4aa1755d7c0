package dev.argus.web;

import dev.argus.config.WebSettings;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Decides whether one more photo may come in: a bound on the photos in flight, and one on the bytes
 * of photos in memory.
 *
 * <p>Saying no costs nothing and is said before the body is read. Safe for use by many threads.
 */
public final class Admission {
  private final int maxInFlight;
  private final long maxBufferedBytes;
  private final AtomicInteger inFlight = new AtomicInteger();
  private final AtomicInteger waiting = new AtomicInteger();
  private final AtomicLong buffered = new AtomicLong();

  public Admission(WebSettings settings) {
    this.maxInFlight = settings.maxInFlight();
    this.maxBufferedBytes = settings.maxBufferedBytes();
  }

  /** A permit for one photo of at most so many bytes; empty when Argus is at a limit. */
  Optional<Permit> tryAdmit(long bytes) {
    if (!tryAdd(bytes)) {
      return Optional.empty();
    }
    if (inFlight.incrementAndGet() > maxInFlight) {
      inFlight.decrementAndGet();
      buffered.addAndGet(-bytes);
      return Optional.empty();
    }
    return Optional.of(new Permit(bytes));
  }

  private boolean tryAdd(long bytes) {
    if (buffered.addAndGet(bytes) > maxBufferedBytes) {
      buffered.addAndGet(-bytes);
      return false;
    }
    return true;
  }

  /** Photos accepted, so that an answer is owed, and not answered yet. */
  public int waiting() {
    return waiting.get();
  }

  /** Photos admitted and not answered yet, those included whose bodies are still arriving. */
  public int inFlight() {
    return inFlight.get();
  }

  /** Bytes reserved for photos in memory. */
  long bufferedBytes() {
    return buffered.get();
  }

  /** One photo's share of the limits; everything is given back exactly once. */
  final class Permit implements AutoCloseable {
    private final AtomicLong reserved;
    private final AtomicBoolean accepted = new AtomicBoolean();
    private final AtomicBoolean closed = new AtomicBoolean();

    private Permit(long bytes) {
      this.reserved = new AtomicLong(bytes);
    }

    /** The photo turned out to be this large, which is no more than was reserved. */
    void shrinkTo(long bytes) {
      long before = reserved.getAndUpdate(now -> Math.min(now, bytes));
      buffered.addAndGet(Math.min(before, bytes) - before);
    }

    /** The photo's bytes are not in memory any more. */
    void releaseBuffer() {
      shrinkTo(0);
    }

    /** An answer is owed from now on. */
    void accepted() {
      if (accepted.compareAndSet(false, true)) {
        waiting.incrementAndGet();
      }
    }

    /** The photo is not in flight any more. */
    @Override
    public void close() {
      if (closed.compareAndSet(false, true)) {
        releaseBuffer();
        inFlight.decrementAndGet();
        if (accepted.get()) {
          waiting.decrementAndGet();
        }
      }
    }
  }
}
