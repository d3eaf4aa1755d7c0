package dev.argus.simulation;

import dev.argus.ports.Acknowledgement;
import dev.argus.ports.Delivery;
import dev.argus.ports.ReceiveGate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;

/**
 * One stream's receives from a simulated queue, one at a time: reserve, receive, settle.
 *
 * <p>As in production, a patient gate's receive that did not come back full is followed by a short
 * pause, which saves a receive for each message.
 */
final class QueueReceiver {
  /** In production as long as ten messages take, {@code argus.aws.batch-linger} at most. */
  private static final Duration PAUSE = Duration.ofMillis(20);

  private final SimulatedQueue queue;
  private final ReceiveGate gate;
  private final Duration wait;
  private final VirtualTime time;
  private boolean closed;

  QueueReceiver(SimulatedQueue queue, ReceiveGate gate, Duration wait, VirtualTime time) {
    this.queue = queue;
    this.gate = gate;
    this.wait = wait;
    this.time = time;
  }

  /** The next messages, perhaps none; the source is endless. */
  CompletionStage<Optional<List<Delivery>>> receive() {
    CompletableFuture<Optional<List<Delivery>>> received = new CompletableFuture<>();
    gate.reserve()
        .thenAccept(asked -> queue.receive(asked, wait, batch -> received(asked, batch, received)));
    return received;
  }

  private void received(
      int asked, List<Delivery> batch, CompletableFuture<Optional<List<Delivery>>> received) {
    if (closed) {
      gate.failed(asked, new CancellationException("the stream has ended"));
      batch.forEach(delivery -> queue.act(Acknowledgement.giveBack(delivery)));
      return;
    }
    gate.received(asked, batch);
    if (!batch.isEmpty() && batch.size() < asked && gate.isPatient()) {
      time.after(PAUSE, () -> received.complete(Optional.of(batch)));
    } else {
      received.complete(Optional.of(batch));
    }
  }

  /** What a receive that is under way brings goes back when it ends. */
  CompletionStage<Done> close() {
    closed = true;
    return CompletableFuture.completedFuture(Done.getInstance());
  }
}
