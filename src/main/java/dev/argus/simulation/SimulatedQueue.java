package dev.argus.simulation;

import dev.argus.ports.Acknowledgement;
import dev.argus.ports.Delivery;
import dev.argus.ports.MessageQueue;
import dev.argus.ports.QueueCounts;
import dev.argus.ports.ReceiveGate;
import dev.argus.protocol.WireMessage;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.apache.pekko.Done;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.Cancellable;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.Source;

/**
 * A standard SQS queue in virtual time: at least once, hidden while leased, in nearly the order in
 * which messages were sent, received by long polling.
 *
 * <p>SQS promises no order, and does its best: a message is overtaken here by those that come up to
 * {@link #DISORDER} later. Pollers that wait are served in the order in which they came, and share
 * what there is evenly. Calls take no time. Every call takes the logarithm of the messages that are
 * there, or of the timers that run.
 */
public final class SimulatedQueue implements MessageQueue {
  /** The most that SQS hands out at once. */
  static final int MAX_BATCH = 10;

  /** An assumption: SQS tells no figure. */
  static final Duration DISORDER = Duration.ofSeconds(2);

  /**
   * How it behaves beyond its contract.
   *
   * @param visibilityTimeout how long a lease starts
   * @param receiveWait how long a receive of its {@link #deliveries} waits
   * @param countsLate the counts that are told are up to this old
   * @param countsWrong and wrong by up to this share, either way
   * @param duplicates the share of receives after which the message stays visible to others
   */
  public record Traits(
      Duration visibilityTimeout,
      Duration receiveWait,
      Duration countsLate,
      double countsWrong,
      double duplicates) {}

  /** Told what becomes of messages, at the moment when it does. */
  interface Listener {
    /** It was sent, and nobody could receive it yet. */
    default void sent(WireMessage message) {}

    default void deleted(WireMessage message) {}

    /** It is handed out, and stays visible to others. */
    default void handedOutTwice(WireMessage message) {}
  }

  private static final Listener NOBODY = new Listener() {};

  private static final class Message implements Comparable<Message> {
    final WireMessage message;
    final Instant sentAt;
    final long number;
    long place; // in the order in which messages are received
    int receives;
    String receipt = "";
    boolean visible;
    boolean deleted;
    long leaseEnd; // in nanoseconds since the run began
    long timerEnd;
    Cancellable lease = Cancellable.alreadyCancelled();

    Message(long number, WireMessage message, Instant sentAt) {
      this.number = number;
      this.message = message;
      this.sentAt = sentAt;
    }

    @Override
    public int compareTo(Message other) {
      int places = Long.compare(place, other.place);
      return places != 0 ? places : Long.compare(number, other.number);
    }
  }

  /** A receive that waits. */
  final class Poll {
    private final int max;
    private final Consumer<List<Delivery>> then;
    private final Cancellable timeout;
    private boolean over;

    private Poll(int max, Duration wait, Consumer<List<Delivery>> then) {
      this.max = Math.min(max, MAX_BATCH);
      this.then = then;
      this.timeout = time.after(wait, () -> end(List.of()));
      polls.add(this);
      polling++;
    }

    /** Its caller is gone, and so its answer would reach nobody. */
    void cancel() {
      if (!over) {
        over();
      }
    }

    private void end(List<Delivery> batch) {
      over();
      then.accept(batch);
    }

    private void over() {
      over = true;
      polling--;
      timeout.cancel();
      while (!polls.isEmpty() && polls.peek().over) {
        polls.remove();
      }
    }
  }

  private final String name;
  private final VirtualTime time;
  private final Traits traits;
  private final SplittableRandom random;
  private final CountsHistory history;
  private final LazyQueue<Message> messages = new LazyQueue<>(message -> message.place);
  private final Map<String, Message> byReceipt = new HashMap<>();
  private final Deque<Poll> polls = new ArrayDeque<>();
  private int polling; // polls that are not over
  private int visible;
  private int inFlight;
  private long sent;
  private long receipts;
  private boolean handingOut;
  private Listener listener = NOBODY;

  public SimulatedQueue(String name, VirtualTime time, Traits traits, Randomness randomness) {
    this.name = name;
    this.time = time;
    this.traits = traits;
    this.random = randomness.of(Randomness.Purpose.QUEUE, name.hashCode());
    this.history =
        new CountsHistory(
            traits.countsLate(),
            traits.countsWrong(),
            randomness.of(Randomness.Purpose.COUNTS, name.hashCode()));
  }

  void listen(Listener listener) {
    this.listener = listener;
  }

  @Override
  public CompletionStage<Done> send(WireMessage message) {
    sent++;
    listener.sent(message);
    show(new Message(sent, message, time.instant()));
    return CompletableFuture.completedFuture(Done.getInstance());
  }

  private void show(Message message) {
    message.visible = true;
    message.place = time.nanos() + random.nextLong(DISORDER.toNanos());
    messages.add(message);
    count(1, 0);
    handOut();
  }

  /** Serves those who wait, when all that is sent at this moment is there. */
  private void handOut() {
    if (handingOut || polling == 0 || visible == 0) {
      return;
    }
    handingOut = true;
    time.execute(
        () -> {
          handingOut = false;
          while (polling > 0 && visible > 0) {
            int share = Math.max(1, (visible + polling - 1) / polling);
            Poll poll = polls.peek(); // never one that is over
            poll.end(take(Math.min(share, poll.max)));
          }
        });
  }

  /**
   * Receives by long polling.
   *
   * @param max 1 or more; SQS hands out ten at once at most
   * @param then told what came, nothing if nothing did within {@code wait}
   */
  Poll receive(int max, Duration wait, Consumer<List<Delivery>> then) {
    Poll poll = new Poll(max, wait, then);
    handOut();
    return poll;
  }

  private List<Delivery> take(int max) {
    List<Delivery> batch = new ArrayList<>(max);
    while (batch.size() < max && visible > 0) {
      Message message = next();
      byReceipt.remove(message.receipt);
      receipts++;
      message.receipt = Long.toString(receipts);
      byReceipt.put(message.receipt, message);
      message.receives++;
      message.visible = false;
      count(-1, 1);
      boolean twice = traits.duplicates() > 0 && random.nextDouble() < traits.duplicates();
      if (twice) {
        listener.handedOutTwice(message.message);
      }
      lease(message, twice ? Duration.ZERO : traits.visibilityTimeout());
      batch.add(
          new Delivery(
              name + "-" + message.number,
              message.receipt,
              message.receives,
              message.sentAt,
              message.message));
    }
    return batch;
  }

  /** A visible message; there is one. */
  private Message next() {
    Message message = messages.poll();
    while (message.deleted) {
      message = messages.poll();
    }
    return message;
  }

  private void lease(Message message, Duration length) {
    message.leaseEnd = time.nanos() + length.toNanos();
    // Most leases are renewed many times: a timer that comes too early looks again when it is due.
    if (message.lease.isCancelled() || message.timerEnd > message.leaseEnd) {
      message.lease.cancel();
      awaitLeaseEnd(message);
    }
  }

  private void awaitLeaseEnd(Message message) {
    message.timerEnd = message.leaseEnd;
    message.lease =
        time.afterNanos(
            message.leaseEnd - time.nanos(),
            () -> {
              if (message.leaseEnd > time.nanos()) {
                awaitLeaseEnd(message);
              } else {
                leaseOver(message);
              }
            });
  }

  private void leaseOver(Message message) {
    count(0, -1);
    show(message);
  }

  @Override
  public Flow<Acknowledgement, Acknowledgement, NotUsed> acknowledgements() {
    return Flow.of(Acknowledgement.class).map(this::act);
  }

  /** Acts on one acknowledgement, and says what came of it. */
  Acknowledgement act(Acknowledgement ack) {
    Message message = byReceipt.get(ack.delivery().receipt());
    if (ack instanceof Acknowledgement.Delete) {
      if (message == null) {
        return new Acknowledgement.Stale(ack.delivery());
      }
      delete(message);
    } else if (ack instanceof Acknowledgement.ChangeVisibility change) {
      if (message == null || message.visible) {
        return new Acknowledgement.Stale(ack.delivery());
      }
      if (change.timeout().isZero()) {
        message.lease.cancel();
        leaseOver(message);
      } else {
        lease(message, change.timeout());
      }
    }
    return ack;
  }

  /** One whose lease is over goes too, unless it was received again. */
  private void delete(Message message) {
    byReceipt.remove(message.receipt);
    message.lease.cancel();
    message.deleted = true;
    count(message.visible ? -1 : 0, message.visible ? 0 : -1);
    listener.deleted(message.message);
  }

  private void count(int moreVisible, int moreInFlight) {
    visible += moreVisible;
    inFlight += moreInFlight;
    history.changed(time.nanos(), visible, inFlight);
  }

  @Override
  public CompletionStage<QueueCounts> counts() {
    return CompletableFuture.completedFuture(history.told(time.nanos()));
  }

  /** Messages that were ever sent to it. */
  long sent() {
    return sent;
  }

  /** What it really holds. */
  public QueueCounts trueCounts() {
    return new QueueCounts(visible, inFlight);
  }

  @Override
  public Source<Delivery, NotUsed> deliveries(ReceiveGate gate) {
    return Source.<List<Delivery>, QueueReceiver>unfoldResourceAsync(
            () ->
                CompletableFuture.completedFuture(
                    new QueueReceiver(this, gate, traits.receiveWait(), time)),
            QueueReceiver::receive,
            QueueReceiver::close)
        .mapConcat(batch -> batch);
  }
}
