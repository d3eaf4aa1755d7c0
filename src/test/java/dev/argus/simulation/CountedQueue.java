package dev.argus.simulation;

import dev.argus.ports.Acknowledgement;
import dev.argus.ports.Delivery;
import dev.argus.ports.MessageQueue;
import dev.argus.ports.QueueCounts;
import dev.argus.ports.ReceiveGate;
import dev.argus.protocol.WireMessage;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.apache.pekko.NotUsed;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.Source;

/** A queue of which only the counts matter: a test sets them. Thread-safe. */
public final class CountedQueue implements MessageQueue {
  private QueueCounts counts = new QueueCounts(0, 0);
  private boolean unreadable;
  private CompletableFuture<QueueCounts> stalled;
  private int reads;

  @Override
  public synchronized CompletionStage<QueueCounts> counts() {
    reads++;
    if (stalled != null) {
      return stalled;
    }
    return unreadable
        ? CompletableFuture.failedFuture(new IllegalStateException("SQS cannot be reached"))
        : CompletableFuture.completedFuture(counts);
  }

  public synchronized void holds(int visible, int inFlight) {
    counts = new QueueCounts(visible, inFlight);
  }

  /** Reading the counts fails. */
  public synchronized void failReads(boolean fail) {
    unreadable = fail;
  }

  /** Reading the counts takes until {@link #answer}. */
  public synchronized void stall() {
    stalled = new CompletableFuture<>();
  }

  /** Answers what was read since {@link #stall}, with what the queue held then. */
  public synchronized void answer() {
    CompletableFuture<QueueCounts> reader = stalled;
    stalled = null;
    reader.complete(counts);
  }

  /** How often the counts were read. */
  public synchronized int reads() {
    return reads;
  }

  @Override
  public CompletionStage<Done> send(WireMessage message) {
    throw new UnsupportedOperationException("this queue only counts");
  }

  @Override
  public Source<Delivery, NotUsed> deliveries(ReceiveGate gate) {
    throw new UnsupportedOperationException("this queue only counts");
  }

  @Override
  public Flow<Acknowledgement, Acknowledgement, NotUsed> acknowledgements() {
    throw new UnsupportedOperationException("this queue only counts");
  }
}
