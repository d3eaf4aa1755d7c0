package dev.argus.web;

import dev.argus.config.AdmissionSettings;
import dev.argus.protocol.Problem;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Decides whether there is room for one more photo: a bound on the photos in flight, one on those
 * whose bodies are still arriving, and one on the bytes of photos in memory.
 *
 * <p>Saying no costs nothing and is said before the body is read. Safe for use by many threads.
 */
public final class Admission {
  private final int maxInFlight;
  private final int maxBodies;
  private final long maxBufferedBytes;
  private final AtomicInteger inFlight = new AtomicInteger();
  private final AtomicInteger bodies = new AtomicInteger();
  private final AtomicInteger waiting = new AtomicInteger();
  private final AtomicLong buffered = new AtomicLong();

  public Admission(AdmissionSettings settings) {
    this.maxInFlight = settings.maxInFlight();
    this.maxBodies = settings.maxBodies();
    this.maxBufferedBytes = settings.maxBufferedBytes();
  }

  /** A permit for one photo of at most so many bytes, or the limit that Argus is at. */
  Verdict tryAdmit(long bytes) {
    if (buffered.addAndGet(bytes) > maxBufferedBytes) {
      buffered.addAndGet(-bytes);
      return refusal(Refusal.Reason.BUFFERED, "As many bytes of photos are in memory");
    }
    if (inFlight.incrementAndGet() > maxInFlight) {
      inFlight.decrementAndGet();
      buffered.addAndGet(-bytes);
      return refusal(Refusal.Reason.IN_FLIGHT, "As many photos are in flight");
    }
    if (bodies.incrementAndGet() > maxBodies) {
      bodies.decrementAndGet();
      inFlight.decrementAndGet();
      buffered.addAndGet(-bytes);
      return refusal(Refusal.Reason.BODIES, "As many photos are just arriving");
    }
    return new Permit(bytes);
  }

  private Refusal refusal(Refusal.Reason reason, String what) {
    return new Refusal(
        reason,
        Problem.Kind.OVERLOADED.because(what + " as Argus takes at once. Send it again later."));
  }

  /** Photos accepted, so that an answer is owed, and not answered yet. */
  public int waiting() {
    return waiting.get();
  }

  /** Photos admitted and not answered yet, those included whose bodies are still arriving. */
  public int inFlight() {
    return inFlight.get();
  }

  /** Photos whose bodies are still arriving. */
  int bodies() {
    return bodies.get();
  }

  /** Bytes reserved for photos in memory. */
  long bufferedBytes() {
    return buffered.get();
  }

  /** One photo's share of the limits; everything is given back exactly once. */
  final class Permit implements Verdict, AutoCloseable {
    private final AtomicLong reserved;
    private final AtomicBoolean arriving = new AtomicBoolean(true);
    private final AtomicBoolean accepted = new AtomicBoolean();
    private final AtomicBoolean closed = new AtomicBoolean();

    private Permit(long bytes) {
      this.reserved = new AtomicLong(bytes);
    }

    /** The body has arrived; the photo is this large, which is no more than was reserved. */
    void arrived(long bytes) {
      if (arriving.compareAndSet(true, false)) {
        bodies.decrementAndGet();
      }
      shrinkTo(bytes);
    }

    private void shrinkTo(long bytes) {
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
        arrived(0);
        inFlight.decrementAndGet();
        if (accepted.get()) {
          waiting.decrementAndGet();
        }
      }
    }
  }
}
