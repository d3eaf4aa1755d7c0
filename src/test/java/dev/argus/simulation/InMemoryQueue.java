package dev.argus.simulation;

import dev.argus.ports.Acknowledgement;
import dev.argus.ports.CallRefusedException;
import dev.argus.ports.Delivery;
import dev.argus.ports.MessageQueue;
import dev.argus.ports.QueueCounts;
import dev.argus.ports.QueueMissingException;
import dev.argus.ports.ReceiveGate;
import dev.argus.protocol.WireMessage;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.Done;
import org.apache.pekko.NotUsed;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.Source;

/** A queue with the semantics of SQS, in memory, with a clock from outside and error knobs. */
public final class InMemoryQueue implements MessageQueue {
  private static final Duration VISIBILITY = Duration.ofSeconds(30);

  private static final class Stored {
    final String id = UUID.randomUUID().toString();
    final WireMessage message;
    final Instant sentAt;
    int receives;
    String receipt;
    Instant visibleAt;

    Stored(WireMessage message, Instant now) {
      this.message = message;
      this.sentAt = now;
      this.visibleAt = now;
    }
  }

  private final InstantSource clock;
  private final List<Stored> messages = new ArrayList<>();
  private final List<WireMessage> sent = new ArrayList<>();
  private final List<Acknowledgement> acknowledged = new ArrayList<>();
  private int patientSends;
  private int countsRead;
  private boolean down;
  private boolean missing;
  private boolean refusing;

  public InMemoryQueue(InstantSource clock) {
    this.clock = clock;
  }

  /** While down, every call fails. */
  public synchronized void setDown(boolean down) {
    this.down = down;
  }

  /** While missing, calls fail as they do without a queue. */
  public synchronized void setMissing(boolean missing) {
    this.missing = missing;
  }

  /** While refusing, sends fail as they do for one who may not send there. */
  public synchronized void setRefusing(boolean refusing) {
    this.refusing = refusing;
  }

  /** Everything that was ever sent. */
  public synchronized List<WireMessage> sent() {
    return List.copyOf(sent);
  }

  /** What the queue holds, hidden messages included. */
  public synchronized List<WireMessage> contents() {
    return messages.stream().map(m -> m.message).toList();
  }

  /** Everything that was acknowledged, in order. */
  public synchronized List<Acknowledgement> acknowledged() {
    return List.copyOf(acknowledged);
  }

  /** Puts a message there that has been received so many times before. */
  public synchronized void sendReceived(WireMessage message, int receives) {
    Stored stored = new Stored(message, clock.instant());
    stored.receives = receives;
    messages.add(stored);
  }

  @Override
  public synchronized CompletionStage<Done> send(WireMessage message) {
    if (missing) {
      return CompletableFuture.failedFuture(missing());
    }
    if (refusing) {
      return CompletableFuture.failedFuture(new CallRefusedException("AccessDenied"));
    }
    if (down) {
      return failed();
    }
    sent.add(message);
    messages.add(new Stored(message, clock.instant()));
    return CompletableFuture.completedFuture(Done.getInstance());
  }

  @Override
  public CompletionStage<Done> send(WireMessage message, boolean patient) {
    synchronized (this) {
      patientSends += patient ? 1 : 0;
    }
    return send(message);
  }

  /** How many messages were sent that might have waited for company. */
  public synchronized int patientSends() {
    return patientSends;
  }

  @Override
  public Source<Delivery, NotUsed> deliveries(ReceiveGate gate) {
    return Source.repeat(gate)
        .mapAsync(1, g -> g.reserve().thenCompose(asked -> receive(g, asked)))
        .mapConcat(batch -> batch);
  }

  private CompletionStage<List<Delivery>> receive(ReceiveGate gate, int asked) {
    List<Delivery> batch;
    try {
      batch = take(asked);
    } catch (IllegalStateException | QueueMissingException e) {
      gate.failed(asked, e);
      return later(List.of());
    }
    gate.received(asked, batch);
    return batch.isEmpty() ? later(batch) : CompletableFuture.completedFuture(batch);
  }

  private static CompletionStage<List<Delivery>> later(List<Delivery> batch) {
    return CompletableFuture.supplyAsync(
        () -> batch, CompletableFuture.delayedExecutor(5, TimeUnit.MILLISECONDS));
  }

  /** Receives by hand. */
  public synchronized List<Delivery> take(int max) {
    if (missing) {
      throw missing();
    }
    if (down) {
      throw new IllegalStateException("the queue is down");
    }
    Instant now = clock.instant();
    List<Delivery> batch = new ArrayList<>();
    for (Stored stored : messages) {
      if (batch.size() < Math.min(max, 10) && !stored.visibleAt.isAfter(now)) {
        stored.receives++;
        stored.receipt = UUID.randomUUID().toString();
        stored.visibleAt = now.plus(VISIBILITY);
        batch.add(
            new Delivery(
                stored.id, stored.receipt, stored.receives, stored.sentAt, stored.message));
      }
    }
    return batch;
  }

  @Override
  public Flow<Acknowledgement, Acknowledgement, NotUsed> acknowledgements() {
    return Flow.of(Acknowledgement.class).map(this::act);
  }

  private synchronized Acknowledgement act(Acknowledgement ack) {
    acknowledged.add(ack);
    String receipt = ack.delivery().receipt();
    Instant now = clock.instant();
    if (ack instanceof Acknowledgement.Delete) {
      boolean there = messages.removeIf(m -> receipt.equals(m.receipt));
      return there ? ack : new Acknowledgement.Stale(ack.delivery());
    }
    if (ack instanceof Acknowledgement.ChangeVisibility change) {
      for (Stored stored : messages) {
        if (receipt.equals(stored.receipt) && stored.visibleAt.isAfter(now)) {
          stored.visibleAt = now.plus(change.timeout());
          return ack;
        }
      }
      return new Acknowledgement.Stale(ack.delivery());
    }
    return ack;
  }

  /** How often the counts were read. */
  public synchronized int countsRead() {
    return countsRead;
  }

  /** Forgets what the queue holds. */
  public synchronized void clear() {
    messages.clear();
  }

  @Override
  public synchronized CompletionStage<QueueCounts> counts() {
    countsRead++;
    if (missing) {
      return CompletableFuture.failedFuture(missing());
    }
    if (down) {
      return failed();
    }
    Instant now = clock.instant();
    int hidden = (int) messages.stream().filter(m -> m.visibleAt.isAfter(now)).count();
    return CompletableFuture.completedFuture(new QueueCounts(messages.size() - hidden, hidden));
  }

  private static QueueMissingException missing() {
    return new QueueMissingException("in-memory", null);
  }

  private static <T> CompletionStage<T> failed() {
    return CompletableFuture.failedFuture(new IllegalStateException("the queue is down"));
  }
}
